//! Documents: for their provider, and for officers of an authority to which it showed them.

use crate::domain::actor::Office;
use entity::{document, enrolment, vocabulary::*};
use serde::{Deserialize, Serialize};

/// A document, without its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Document {
    pub id: DocumentId,
    pub name: String,
    #[schema(rename = "document_kind")]
    pub kind: DocumentKind,
    /// In bytes.
    pub size: i64,
    /// SHA-256 of the content, in hexadecimal.
    pub digest: String,
    pub uploaded_at: Instant,
    pub withdrawn: bool,
}

pub fn document(row: &document::Model) -> Document {
    Document {
        id: row.id,
        name: row.name.clone(),
        kind: row.kind,
        size: row.size,
        digest: row.digest.clone(),
        uploaded_at: row.uploaded_at,
        withdrawn: row.withdrawn_at.is_some(),
    }
}

/// Whether somebody may read a document: its provider's people, and officers of an authority to which it was shown
/// with a request to join. `shown` are the provider's enrolments with that officer's authority.
pub fn may_read(document: &document::Model, office: &Office, shown: &[enrolment::Model]) -> bool {
    match office {
        Office::Provider { provider_id, .. } => *provider_id == document.provider_id,
        Office::Officer { .. } => shown
            .iter()
            .flat_map(|enrolment| &enrolment.request.evidence)
            .any(|evidence| evidence.document_id == Some(document.id)),
    }
}
