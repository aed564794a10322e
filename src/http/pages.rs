//! The pages, built by Vite. A released program holds them; a debug build reads them from `frontend/dist` each time, so
//! that neither waits for the other to be built.

use super::failure::Problem;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, http::header};
use rust_embed::RustEmbed;

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
        return found(&file, cache);
    }
    if path.starts_with("assets/") {
        return Problem::of_status(StatusCode::NOT_FOUND).response();
    }
    match Pages::get("index.html") {
        Some(page) => found(&page, "no-cache"),
        None => HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("The pages are not built: run make pages. The API is under /api."),
    }
}

fn found(file: &rust_embed::EmbeddedFile, cache: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(file.metadata.mimetype())
        .insert_header((header::CACHE_CONTROL, cache))
        .body(file.data.clone().into_owned())
}
