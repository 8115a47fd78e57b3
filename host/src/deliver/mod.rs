//! Where messages go: a file a destination. [`crate::Outbox`] says which message is next, and what becomes of an answer.

mod log;
mod message;
mod secret;
mod webhook;

use std::fmt;

use motcua_engine::Instant;

pub use log::Log;
pub use message::Message;
pub use secret::{Secret, SecretError};
pub use webhook::{Webhook, WebhookError};

/// Takes messages to one place.
pub trait Destination: fmt::Debug + Send + Sync {
    /// Tries to send a message, and returns what came of it; `now` is the clock's, for what is stamped with it.
    ///
    /// It comes back within a bounded time, whatever the other side does.
    fn send(&self, message: &Message, now: Instant) -> Said;

    /// Is called before what was sent is noted as delivered.
    ///
    /// # Errors
    /// What was sent since the last call may be lost: it is sent again.
    fn flush(&self) -> Result<(), String> {
        Ok(())
    }
}

/// What came of sending a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is there.
    Delivered,
    /// This message did not get through; others may.
    Again {
        /// What went wrong.
        why: String,
    },
    /// Nothing gets through at present.
    Away {
        /// What went wrong.
        why: String,
        /// For how many seconds, where the other side has said that.
        seconds: Option<i64>,
    },
    /// The other side will never take this message.
    Refused {
        /// What went wrong.
        why: String,
    },
}
