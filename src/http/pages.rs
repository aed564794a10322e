//! The pages, built by Vite. A released program holds them; a debug build reads them from `frontend/dist` each time, so
//! that neither waits for the other to be built.
//!
//! The build packs every larger file with Brotli and gzip as tightly as they can (`frontend/packed.ts`), which is too
//! slow to do for each request: whoever takes one of them is given that.

use super::failure::Problem;
use actix_web::http::header::{self, AcceptEncoding, Encoding, Header as _};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "frontend/dist"]
#[allow_missing = true]
struct Pages;

/// A file of the pages, or the page itself for every address that is not the API's: the browser finds the way.
pub async fn serve(request: HttpRequest) -> HttpResponse {
    let path = request.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Problem::of_status(StatusCode::NOT_FOUND).response();
    }
    if let Some(file) = Pages::get(path) {
        // Built files carry their content's hash in their names.
        let cache = if path.starts_with("assets/") {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=3600"
        };
        return found(&request, path, &file, cache);
    }
    if path.starts_with("assets/") {
        return Problem::of_status(StatusCode::NOT_FOUND).response();
    }
    match Pages::get("index.html") {
        Some(page) => found(&request, "index.html", &page, "no-cache"),
        None => HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("The pages are not built: run make pages. The API is under /api."),
    }
}

fn found(request: &HttpRequest, path: &str, file: &EmbeddedFile, cache: &'static str) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .content_type(file.metadata.mimetype())
        .insert_header((header::CACHE_CONTROL, cache))
        .insert_header((header::VARY, "accept-encoding"));
    let packing = packing_for(AcceptEncoding::parse(request).ok());
    let packed =
        packing.and_then(|(encoding, ending)| Some((encoding, Pages::get(&format!("{path}.{ending}"))?)));
    match packed {
        Some((encoding, packed)) => {
            response.insert_header((header::CONTENT_ENCODING, encoding)).body(packed.data.into_owned())
        }
        None => response.body(file.data.clone().into_owned()),
    }
}

/// How a file may be packed for whoever accepts this, and how the name of the packed file ends.
fn packing_for(accepted: Option<AcceptEncoding>) -> Option<(&'static str, &'static str)> {
    let ours = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
    let chosen = accepted?.negotiate(ours.iter())?;
    if chosen == Encoding::brotli() {
        Some(("br", "br"))
    } else if chosen == Encoding::gzip() {
        Some(("gzip", "gz"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn the_tightest_packing_that_is_accepted_is_given_and_none_that_is_not() {
        for (accepted, ending) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip, deflate", Some("gz")),
            ("br;q=0, gzip", Some("gz")),
            ("br;q=0.1, gzip;q=0.9", Some("gz")),
            ("zstd", None),
            ("identity", None),
            ("gzip;q=0", None),
        ] {
            let request =
                TestRequest::default().insert_header(("accept-encoding", accepted)).to_http_request();
            let given = packing_for(AcceptEncoding::parse(&request).ok()).map(|(_, ending)| ending);
            assert_eq!(given, ending, "{accepted}");
        }
        let silent = TestRequest::default().to_http_request();
        assert_eq!(packing_for(AcceptEncoding::parse(&silent).ok()), None);
    }
}
