//! Where a connection stops being HTTP. A request that asks for a socket goes the way of every other, through the same
//! routes and all that is around them; where it is admitted, the connection itself is handed to the live door, which
//! then has it without anything of the HTTP server's between.

use crate::live::session::{self, Listener};
use actix_codec::{Framed, FramedParts};
use actix_http::{
    ConnectionType, Request,
    body::{BodySize, MessageBody},
    h1::{Codec, Message},
};
use actix_web::{
    Error,
    body::to_bytes,
    dev::{Service, ServiceResponse},
    error::ErrorInternalServerError,
    rt::net::TcpStream,
};
use bytes::{Bytes, BytesMut};
use futures_util::SinkExt;

/// Answers a request that would have the connection.
///
/// # Errors
/// The routes' own, or the connection's.
pub async fn answer<S, B>(
    routes: &S,
    request: Request,
    mut connection: Framed<TcpStream, Codec>,
) -> Result<(), Error>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let mut response = routes.call(request).await?.into_parts().1;
    let listener = response.extensions_mut().remove::<Listener>();
    let Some(listener) = listener else {
        response.head_mut().set_connection_type(ConnectionType::Close);
        let (response, body) = response.into_parts();
        let body = to_bytes(body).await.map_err(|why| ErrorInternalServerError(why.into()))?;
        return send(&mut connection, response.into(), body).await;
    };
    send(&mut connection, response.drop_body().into(), Bytes::new()).await?;
    // As large as these buffers are, they are not kept for as long as it listens.
    let FramedParts { io, read_buf, .. } = connection.into_parts();
    let said = BytesMut::from(&*read_buf);
    drop(read_buf);
    session::listen(listener, io, said).await;
    Ok(())
}

async fn send(
    connection: &mut Framed<TcpStream, Codec>,
    head: actix_http::Response<()>,
    body: Bytes,
) -> Result<(), Error> {
    let size = BodySize::Sized(body.len() as u64);
    connection.feed(Message::Item((head, size))).await?;
    if !body.is_empty() {
        connection.feed(Message::Chunk(Some(body))).await?;
    }
    connection.feed(Message::Chunk(None)).await?;
    Ok(connection.flush().await?)
}
