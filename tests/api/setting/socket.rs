//! A listener on `/api/live`.

use super::{Person, Setting};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::{collections::HashMap, time::Duration};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest, protocol::CloseFrame},
};

/// Longer than anything takes: only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(15);

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What a listener hears.
#[derive(Debug)]
pub enum Heard {
    Message(Value),
    Closed(Option<CloseFrame>),
}

impl Setting {
    /// The handshake's answer, with these headers.
    pub async fn handshake(&self, headers: &[(&'static str, String)]) -> Result<Socket, tungstenite::Error> {
        let mut request = format!("ws://{}/api/live", self.address).into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header"));
        }
        let (stream, _) = connect_async(request).await?;
        Ok(Socket { stream })
    }

    /// A listener who has said hello with these numbers, and been welcomed.
    pub async fn listening(&self, person: &Person, seen: &HashMap<String, i64>) -> Socket {
        let bearer = ("authorization", format!("Bearer {}", person.token));
        let mut socket = self.handshake(&[bearer]).await.expect("a handshake");
        socket.hello(seen).await;
        socket
    }
}

impl Socket {
    /// A listener on a server at this address, who has been welcomed.
    pub async fn open(base: &str, token: &str) -> Self {
        Self::resume(base, token, &HashMap::new()).await
    }

    /// The same, who has heard up to these numbers before.
    pub async fn resume(base: &str, token: &str, seen: &HashMap<String, i64>) -> Self {
        let mut socket = Self::silent(base, token).await;
        socket.hello(seen).await;
        socket
    }

    /// A listener who has not said hello.
    pub async fn silent(base: &str, token: &str) -> Self {
        let address = base.replace("http://", "ws://");
        let mut request = format!("{address}/api/live").into_client_request().expect("a request");
        let bearer = format!("Bearer {token}").parse().expect("a header");
        request.headers_mut().insert("authorization", bearer);
        let (stream, _) = connect_async(request).await.expect("a handshake");
        Self { stream }
    }

    /// Says hello with these numbers, and is welcomed.
    pub async fn hello(&mut self, seen: &HashMap<String, i64>) {
        self.say(json!({"type": "hello", "seen": seen})).await;
        assert_eq!(self.message().await["type"], "welcome");
    }

    pub async fn say(&mut self, message: Value) {
        self.stream.send(Message::Text(message.to_string().into())).await.expect("sent");
    }

    pub async fn hear(&mut self) -> Heard {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.stream.next()).await;
            match next.expect("something is heard in time") {
                Some(Ok(Message::Text(text))) => {
                    return Heard::Message(serde_json::from_str(&text).expect("JSON"));
                }
                Some(Ok(Message::Close(frame))) => return Heard::Closed(frame),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Heard::Closed(None),
            }
        }
    }

    pub async fn message(&mut self) -> Value {
        match self.hear().await {
            Heard::Message(message) => message,
            Heard::Closed(frame) => panic!("closed: {frame:?}"),
        }
    }

    /// The next event of this kind; those before it are passed over.
    pub async fn event(&mut self, kind: &str) -> Value {
        loop {
            let message = self.message().await;
            if message["kind"] == kind {
                return message;
            }
        }
    }

    /// How it was closed; messages before it are passed over.
    pub async fn closed(&mut self) -> Option<CloseFrame> {
        loop {
            if let Heard::Closed(frame) = self.hear().await {
                return frame;
            }
        }
    }
}
