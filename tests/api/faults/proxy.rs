//! A bad network between a client and a server: slow and unsteady, cut in the middle of anything, or dead in one
//! direction without a word.

use super::wire::host;
use rand::Rng;
use std::{cell::Cell, convert::Infallible, io, rc::Rc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpSocket, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinHandle,
};

/// What happens to bytes that go one way.
#[derive(Clone, Copy)]
pub struct Way {
    /// How much later they arrive, at least and at most.
    pub late: (Duration, Duration),
    /// How many arrive at a time.
    pub piece: usize,
    /// The connection is cut in both directions when so many have passed, at least and at most.
    pub cut_after: Option<(usize, usize)>,
    /// None arrive any more, and nobody is told.
    pub dead: bool,
}

/// What happens to bytes that go to the server, and to those that come from it.
#[derive(Clone, Copy)]
pub struct Weather {
    pub up: Way,
    pub down: Way,
}

const CLEAR: Way =
    Way { late: (Duration::ZERO, Duration::ZERO), piece: 16 * 1024, cut_after: None, dead: false };

impl Way {
    /// Cut when exactly so many bytes have passed.
    pub const fn cut_after(bytes: usize) -> Self {
        Self { cut_after: Some((bytes, bytes)), ..CLEAR }
    }
}

impl Weather {
    pub const CLEAR: Self = Self { up: CLEAR, down: CLEAR };

    pub const fn up(up: Way) -> Self {
        Self { up, ..Self::CLEAR }
    }

    pub const fn down(down: Way) -> Self {
        Self { down, ..Self::CLEAR }
    }

    /// The same both ways.
    pub const fn both(way: Way) -> Self {
        Self { up: way, down: way }
    }
}

/// One way through; dropping it cuts every connection.
pub struct Proxy {
    pub base: String,
    weather: Rc<Cell<Weather>>,
    task: JoinHandle<Infallible>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    /// To the server at this address, such as `http://127.0.0.1:8080`.
    pub async fn before(server: &str, weather: Weather) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let weather = Rc::new(Cell::new(weather));
        let (server, own) = (host(server).to_owned(), Rc::clone(&weather));
        let task = tokio::task::spawn_local(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (client, _) = listener.accept().await.expect("a connection");
                let (server, weather) = (server.clone(), Rc::clone(&own));
                connections.spawn_local(async move {
                    // However it ends, both sockets are closed.
                    let _ = connected(client, &server, &weather).await;
                });
            }
        });
        Self { base, weather, task }
    }

    /// From now on; where it is cut counts for new connections alone.
    pub fn turns(&self, weather: Weather) {
        self.weather.set(weather);
    }
}

async fn connected(client: TcpStream, server: &str, weather: &Cell<Weather>) -> io::Result<()> {
    // A small window, so that what is not read waits at the server and not on its way.
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4 * 1024)?;
    let server = socket.connect(server.parse().map_err(io::Error::other)?).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::try_join!(
        pump(from_client, to_server, || weather.get().up),
        pump(from_server, to_client, || weather.get().down),
    )?;
    Ok(())
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, way: impl Fn() -> Way) -> io::Result<()> {
    let cut_after =
        way().cut_after.map_or(usize::MAX, |(least, most)| rand::rng().random_range(least..=most));
    let (mut passed, mut piece) = (0, vec![0; CLEAR.piece]);
    while passed < cut_after {
        let most = way().piece.min(cut_after - passed);
        let read = from.read(&mut piece[..most]).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        let Way { late: (least, most), dead, .. } = way();
        if dead {
            // What was read is lost, and the rest stays where it is.
            std::future::pending::<()>().await;
        }
        if !most.is_zero() {
            tokio::time::sleep(rand::rng().random_range(least..=most)).await;
        }
        to.write_all(&piece[..read]).await?;
        passed += read;
    }
    Err(io::ErrorKind::ConnectionAborted.into())
}
