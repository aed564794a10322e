//! The floor: a server that knows nothing. It accepts connections, and writes the bytes that it is posted to each,
//! one after another. What is slower than this is so because it does more.

use crate::{
    Outcome,
    wire::{HEAD_END, find},
};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
};

/// Makes this program the floor.
pub const ARGUMENT: &str = "floor";

/// Serves until it is killed.
pub fn serve() -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    let mut listening: Vec<TcpStream> = Vec::new();
    loop {
        let (mut stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        let (head, body) = request(&mut stream)?;
        if head.starts_with(b"GET") {
            stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")?;
            listening.push(stream);
        } else {
            // Those that have gone are written to no more.
            listening.retain_mut(|listener| listener.write_all(&body).is_ok());
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
        }
    }
}

/// A request's head, and its body, which nothing follows.
fn request(stream: &mut TcpStream) -> Outcome<(Vec<u8>, Vec<u8>)> {
    let (mut head, mut piece) = (Vec::new(), [0; 16 * 1024]);
    loop {
        let length = stream.read(&mut piece)?;
        if length == 0 {
            return Err("a peer hung up".into());
        }
        head.extend_from_slice(piece.get(..length).unwrap_or_default());
        if let Some(end) = find(HEAD_END, &head) {
            let mut body = head.split_off(end + HEAD_END.len());
            let wanted = String::from_utf8_lossy(&head)
                .lines()
                .find_map(|line| line.strip_prefix("Content-Length: ")?.trim().parse::<usize>().ok())
                .unwrap_or_default();
            let there = body.len();
            body.resize(wanted, 0);
            stream.read_exact(body.get_mut(there..).unwrap_or_default())?;
            return Ok((head, body));
        }
    }
}
