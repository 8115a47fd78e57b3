//! A receiver of webhooks that answers as it is told, and remembers what it was sent.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value as Json;

/// What a receiver does with a message.
#[derive(Clone, Debug)]
pub(crate) enum Does {
    /// It answers with a status and headers.
    Answers(u16, &'static str),
    /// It says nothing until it is let go.
    Hangs,
    /// It closes the connection without an answer.
    Closes,
    /// It closes the connection in the middle of its answer.
    Breaks(u16),
}

/// What was sent: headers, by their names in small letters, and the body.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Sent {
    pub(crate) fn event(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn id(&self) -> String {
        self.event()["id"].as_str().unwrap().to_owned()
    }
}

/// The receiver; it is gone when it is dropped.
pub(crate) struct Receiver {
    address: SocketAddr,
    held: Arc<Held>,
}

/// Says what is done with a message, given how many came before it.
type Answering = dyn Fn(usize, &Sent) -> Does + Send + Sync;

struct Held {
    sent: Mutex<Vec<Sent>>,
    over: AtomicBool,
    does: Box<Answering>,
}

impl Receiver {
    /// Returns a receiver that does something with each message, given how many came before it.
    pub(crate) fn start(does: impl Fn(usize, &Sent) -> Does + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (sent, over) = (Mutex::new(Vec::new()), AtomicBool::new(false));
        let held = Arc::new(Held { sent, over, does: Box::new(does) });
        let serving = held.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if serving.over.load(Ordering::Relaxed) {
                    return;
                }
                let serving = serving.clone();
                std::thread::spawn(move || serve(stream, &serving));
            }
        });
        Self { address, held }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook?key=a=b", self.address)
    }

    /// Returns what was sent so far.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.held.sent.lock().unwrap().clone()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.sent().iter().map(Sent::id).collect()
    }

    /// Lets go what hangs.
    pub(crate) fn release(&self) {
        self.held.over.store(true, Ordering::Relaxed);
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.release();
        drop(TcpStream::connect(self.address));
    }
}

/// Serves a connection as long as it is good; whoever goes away in the middle leaves nothing.
fn serve(stream: TcpStream, held: &Held) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut stream = stream;
    loop {
        let sent = read(&mut reader)?;
        let before = {
            let mut all = held.sent.lock().unwrap();
            all.push(sent.clone());
            all.len() - 1
        };
        match (held.does)(before, &sent) {
            Does::Answers(status, headers) => {
                let body = format!("status {status}\u{7}\n of a test");
                let length = if status == 204 { 0 } else { body.len() };
                // At once: in two parts the second would wait until the first is acknowledged.
                let body = &body[..length];
                let text = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
                stream.write_all(text.as_bytes()).ok()?;
            }
            Does::Hangs => {
                while !held.over.load(Ordering::Relaxed) {
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
                return None;
            }
            Does::Closes => return None,
            Does::Breaks(status) => {
                let text = format!("HTTP/1.1 {status} X\r\ncontent-length: 1000\r\n\r\nhalf");
                return stream.write_all(text.as_bytes()).ok();
            }
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Sent> {
    let mut headers = BTreeMap::new();
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    headers.insert(String::new(), line.trim().to_owned());
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(Sent { headers, body })
}
