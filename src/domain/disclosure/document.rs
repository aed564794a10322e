//! Documents: for their provider, and for officers of an authority to which it showed them.

use entity::{document, vocabulary::*};
use serde::{Deserialize, Serialize};

/// A document, without its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Document {
    pub id: DocumentId,
    pub name: String,
    pub kind: DocumentKind,
    /// In bytes.
    pub size: i64,
    pub uploaded_at: Instant,
}

pub fn document(row: &document::Model) -> Document {
    Document {
        id: row.id,
        name: row.name.clone(),
        kind: row.kind,
        size: row.size,
        uploaded_at: row.uploaded_at,
    }
}
