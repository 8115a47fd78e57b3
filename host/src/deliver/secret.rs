//! What a webhook is signed with, as Standard Webhooks say: HMAC-SHA256 over id, time and body.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What stands before a secret that is written in base64.
const PREFIX: &str = "whsec_";

/// A secret that the sender and the receiver of a webhook share. It is never shown.
#[derive(Clone)]
pub struct Secret(Hmac<Sha256>);

/// A text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// There is nothing.
    #[error("the secret is empty: nobody could tell a signature from a forgery")]
    Empty,
    /// What follows the prefix is no base64.
    #[error("after `whsec_` a secret is written in base64, and this one is not")]
    Base64,
}

impl Secret {
    /// Returns a secret as it is handed over: `whsec_` and base64, or any other text as it stands.
    ///
    /// # Errors
    /// It is empty, or no base64 where it says so.
    ///
    /// # Example: the signature that a receiver computes too
    /// ```
    /// let secret: motcua_host::deliver::Secret = motcua_host::deliver::Secret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
    /// assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    /// # Ok::<(), motcua_host::deliver::SecretError>(())
    /// ```
    pub fn read(text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        let key = match text.strip_prefix(PREFIX) {
            Some(encoded) => STANDARD.decode(encoded).map_err(|_| SecretError::Base64)?,
            None => text.as_bytes().to_vec(),
        };
        if key.is_empty() {
            return Err(SecretError::Empty);
        }
        Hmac::new_from_slice(&key).map(Self).map_err(|_| SecretError::Empty)
    }

    /// Returns the signature of a message: `v1,` and base64.
    #[must_use]
    pub fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let mut signed = self.0.clone();
        signed.update(format!("{id}.{seconds}.").as_bytes());
        signed.update(body);
        format!("v1,{}", STANDARD.encode(signed.finalize().into_bytes()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
