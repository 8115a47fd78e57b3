//! A webhook: each message is posted to a URL, signed, and taken once the answer is of the two hundreds.

use std::fmt::{self, Write as _};
use std::time::Duration;

use motcua_engine::Instant;
use ureq::http::{HeaderMap, StatusCode, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use super::{Destination, Message, Said, Secret};

/// How many bytes of an answer are read: enough to use the connection again.
const MOST_READ: u64 = 1 << 16;

/// How many characters of an answer are kept with a failure.
const MOST_QUOTED: usize = 200;

/// A receiver that is posted to.
pub struct Webhook {
    agent: Agent,
    url: Uri,
    timeout: Duration,
    secret: Option<Secret>,
}

/// A webhook cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The text is no URL.
    #[error("this is no URL of a webhook: write `https://host/path`")]
    NoUrl,
    /// It is a URL of another kind.
    #[error("not supported: a webhook with `{0}:`; write `https://…` or `http://…`")]
    Scheme(String),
    /// It has a name and a password in it.
    #[error("not supported: a name and a password in the URL of a webhook; let the receiver check the signature")]
    UserInfo,
    /// The authority's certificate cannot be read.
    #[error("there is no certificate in PEM")]
    NoCertificate,
}

impl Webhook {
    /// Returns a webhook of a URL. Who has not answered within the time counts as away. Certificates of servers are checked against
    /// those that browsers trust, or against some of `authorities` (PEM) alone, where there are any.
    ///
    /// # Errors
    /// The text is no URL of the web, or there is no certificate among the authorities.
    ///
    /// # Example: what is no webhook is said
    /// ```
    /// # use std::time::Duration;
    /// # use motcua_host::deliver::Webhook;
    /// let said = Webhook::new("ftp://example.org", Duration::from_secs(10), None).unwrap_err();
    /// assert_eq!(said.to_string(), "not supported: a webhook with `ftp:`; write `https://…` or `http://…`");
    /// ```
    pub fn new(url: &str, timeout: Duration, authorities: Option<&[u8]>) -> Result<Self, WebhookError> {
        let url: Uri = url.parse().map_err(|_| WebhookError::NoUrl)?;
        match url.scheme_str() {
            Some("http" | "https") => {}
            Some(other) => return Err(WebhookError::Scheme(other.to_owned())),
            None => return Err(WebhookError::NoUrl),
        }
        if url.authority().is_none_or(|authority| authority.as_str().contains('@')) {
            return Err(WebhookError::UserInfo);
        }
        let mut tls = TlsConfig::builder();
        if let Some(pem) = authorities {
            tls = tls.root_certs(RootCerts::new_with_certs(&certificates(pem)?));
        }
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            // A message is posted to who was named, and to nobody that this one names.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("motcua/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls.build());
        Ok(Self { agent: config.build().new_agent(), url, timeout, secret: None })
    }

    /// Returns it with a secret that its messages are signed with.
    #[must_use]
    pub fn signed(self, secret: Secret) -> Self {
        Self { secret: Some(secret), ..self }
    }

    fn post(&self, message: &Message, now: Instant) -> Result<ureq::http::Response<Body>, ureq::Error> {
        let (id, seconds) = (header_id(&message.sending.id()), now.unix());
        let mut request = self
            .agent
            .post(&self.url)
            .header("content-type", "application/cloudevents+json; charset=utf-8")
            .header("webhook-id", &id)
            .header("webhook-timestamp", seconds.to_string());
        if let Some(secret) = &self.secret {
            request = request.header("webhook-signature", secret.sign(&id, seconds, &message.body));
        }
        request.send(&message.body[..])
    }

    /// Says what kept a message from being answered. The URL is not told: it may hold what nobody else should know.
    fn failed(&self, error: &ureq::Error) -> String {
        match error {
            ureq::Error::Timeout(_) => format!("no answer within {} s", self.timeout.as_secs()),
            ureq::Error::HostNotFound => "there is no host of that name".to_owned(),
            ureq::Error::BadUri(_) => "it is no URL that can be posted to".to_owned(),
            ureq::Error::Io(why) => format!("the connection failed: {why}"),
            other => format!("the connection failed: {other}"),
        }
    }
}

impl Destination for Webhook {
    fn send(&self, message: &Message, now: Instant) -> Said {
        let mut answer = match self.post(message, now) {
            Ok(answer) => answer,
            Err(error) => return Said::Away { why: self.failed(&error), seconds: None },
        };
        let status = answer.status();
        // What cannot be read to its end changes nothing: the status has been heard.
        let read = answer.body_mut().with_config().limit(MOST_READ).lossy_utf8(true).read_to_string();
        if status.is_success() {
            return Said::Delivered;
        }
        let why = format!("it answered {}{}", status.as_u16(), quoted(&read.unwrap_or_default()));
        judged(status, retry_after(answer.headers(), now), why)
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").field("host", &self.url.host()).field("secret", &self.secret).finish_non_exhaustive()
    }
}

/// Says what an answer means that is none of the two hundreds.
fn judged(status: StatusCode, seconds: Option<i64>, why: String) -> Said {
    match status.as_u16() {
        429 | 503 => Said::Away { why, seconds },
        _ if seconds.is_some() => Said::Away { why, seconds },
        // Who may post, and where to, is set right by people: the message is as good as before.
        401 | 403 | 404 | 407 | 408 | 425 => Said::Again { why },
        400..500 => Said::Refused { why },
        _ => Said::Again { why },
    }
}

/// Returns for how many seconds nothing is to be sent, as a header says: a number, or a date.
fn retry_after(headers: &HeaderMap, now: Instant) -> Option<i64> {
    let said = headers.get("retry-after")?.to_str().ok()?.trim();
    said.parse().ok().or_else(|| Some(http_date(said)?.since(now))).map(|seconds: i64| seconds.max(0))
}

/// Returns the instant of `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(text: &str) -> Option<Instant> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut words = text.split(' ').skip(1);
    let (day, month, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.find(month).filter(|at| at % 3 == 0 && month.len() == 3)? / 3 + 1;
    format!("{year}-{month:02}-{day}T{time}Z").parse().ok()
}

fn quoted(answer: &str) -> String {
    let plain: String = answer.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST_QUOTED) {
        _ if line.is_empty() => line,
        Some((end, _)) => format!(": {}…", line.get(..end).unwrap_or_default()),
        None => format!(": {line}"),
    }
}

/// Returns an id as it may stand in a header and before a full stop.
fn header_id(id: &str) -> String {
    let mut said = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b':' => said.push(char::from(byte)),
            // Writing to a text does not fail.
            _ => drop(write!(said, "%{byte:02X}")),
        }
    }
    said
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, WebhookError> {
    let found = parse_pem(pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    Some(found.collect::<Vec<_>>()).filter(|found| !found.is_empty()).ok_or(WebhookError::NoCertificate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_to_come_again_is_read() {
        let now = Instant::from_unix(784_111_770);
        let told = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("retry-after", text.parse().unwrap());
            retry_after(&headers, now)
        };
        for (text, seconds) in [
            ("120", Some(120)),
            ("-3", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(7)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("Sun, 06 anF 1994 08:49:37 GMT", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(told(text), seconds, "{text}");
        }
    }

    #[test]
    fn an_answer_is_quoted_in_one_line_and_not_for_long() {
        assert_eq!(quoted("\n {\"why\":\t\"no\"}\u{7}\n"), ": {\"why\": \"no\"}");
        assert_eq!(quoted(""), "");
        assert_eq!(quoted(&"ồ".repeat(201)), format!(": {}…", "ồ".repeat(200)));
    }

    #[test]
    fn an_id_fits_into_a_header() {
        assert_eq!(header_id("thuan_bac-240304-0007:12:3"), "thuan_bac-240304-0007:12:3");
        assert_eq!(header_id("hồ sơ.1:2:0"), "h%E1%BB%93%20s%C6%A1%2E1:2:0");
    }
}
