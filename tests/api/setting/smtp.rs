//! A real SMTP server on a loopback port, small enough to be told what to answer.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What the server does with mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Takes,
    /// 451: try again later.
    Busy,
    /// 550: never.
    Refuses,
    /// Leaves in the middle, before it has taken a letter.
    HangsUp,
}

#[derive(Clone)]
struct Desk {
    manner: Arc<Mutex<Manner>>,
    letters: Arc<Mutex<Vec<String>>>,
}

pub struct Smtp {
    pub address: SocketAddr,
    desk: Desk,
    task: JoinHandle<()>,
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Smtp {
    pub async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::on(listener, manner)
    }

    /// On the address where one stood before.
    pub async fn again(address: SocketAddr, manner: Manner) -> Self {
        Self::on(TcpListener::bind(address).await.expect("the same port"), manner)
    }

    fn on(listener: TcpListener, manner: Manner) -> Self {
        let address = listener.local_addr().expect("an address");
        let desk = Desk { manner: Arc::new(Mutex::new(manner)), letters: Arc::default() };
        let serving = desk.clone();
        let task = tokio::task::spawn_local(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::task::spawn_local(serve(stream, serving.clone()));
            }
        });
        Self { address, desk, task }
    }

    pub fn set(&self, manner: Manner) {
        *self.desk.manner.lock().expect("unpoisoned") = manner;
    }

    /// Every letter taken so far, as it came.
    pub fn letters(&self) -> Vec<String> {
        self.desk.letters.lock().expect("unpoisoned").clone()
    }
}

async fn serve(stream: TcpStream, desk: Desk) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 test\r\n").await.ok()?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let manner = *desk.manner.lock().expect("unpoisoned");
        let answer: &[u8] = match (verb.as_str(), manner) {
            ("EHLO" | "HELO", _) => b"250 test\r\n",
            ("RCPT", Manner::Busy) => b"451 later\r\n",
            ("RCPT", Manner::HangsUp) => return None,
            ("RCPT", Manner::Refuses) => b"550 nobody here\r\n",
            ("DATA", _) => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                let mut letter = String::new();
                loop {
                    line.clear();
                    stream.read_line(&mut line).await.ok()?;
                    if line == ".\r\n" {
                        break;
                    }
                    letter.push_str(&line);
                }
                desk.letters.lock().expect("unpoisoned").push(letter);
                b"250 taken\r\n"
            }
            ("QUIT", _) => {
                stream.write_all(b"221 bye\r\n").await.ok()?;
                return None;
            }
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).await.ok()?;
    }
}
