//! What is kept as JSON in one column. It is read from its text at once, where sea-orm's own derive would read the text
//! into a tree, copy the tree, and read that: an advert's terms are read with every bid.

use sea_orm::{
    ColIdx, DbErr, QueryResult, RuntimeErr, TryGetError, TryGetable,
    sqlx::{Row, types::Json},
};
use serde::de::DeserializeOwned;

/// Reads a column.
///
/// # Errors
/// There is none of that name, it is empty, or it holds something else.
pub fn read<T: DeserializeOwned, I: ColIdx>(row: &QueryResult, column: I) -> Result<T, TryGetError> {
    if let Some(row) = row.try_as_pg_row() {
        let read = row.try_get::<Option<Json<T>>, _>(column.as_sqlx_postgres_index());
        let read = read.map_err(|why| DbErr::Query(RuntimeErr::SqlxError(why.into())))?;
        return read.map(|json| json.0).ok_or_else(|| TryGetError::Null(format!("{column:?}")));
    }
    let text = String::try_get_by(row, column)?;
    serde_json::from_str(&text).map_err(|why| DbErr::Json(format!("{column:?}: {why}")).into())
}

/// Lets these be columns.
macro_rules! kept_as_json {
    ($($of:ident),+) => {$(
        impl sea_orm::TryGetableFromJson for $of {
            fn try_get_from_json<I: sea_orm::ColIdx>(
                row: &sea_orm::QueryResult,
                column: I,
            ) -> Result<Self, sea_orm::TryGetError> {
                $crate::json::read(row, column)
            }
        }

        impl From<$of> for sea_orm::Value {
            fn from(of: $of) -> Self {
                // It cannot fail: no map in it has keys that are no text.
                Self::Json(serde_json::to_value(of).ok().map(Box::new))
            }
        }

        impl sea_orm::sea_query::ValueType for $of {
            fn try_from(value: sea_orm::Value) -> Result<Self, sea_orm::sea_query::ValueTypeErr> {
                let sea_orm::Value::Json(Some(json)) = value else { return Err(sea_orm::sea_query::ValueTypeErr) };
                serde_json::from_value(*json).map_err(|_| sea_orm::sea_query::ValueTypeErr)
            }

            fn type_name() -> String {
                stringify!($of).to_owned()
            }

            fn array_type() -> sea_orm::sea_query::ArrayType {
                sea_orm::sea_query::ArrayType::Json
            }

            fn column_type() -> sea_orm::ColumnType {
                sea_orm::ColumnType::JsonBinary
            }
        }

        impl sea_orm::sea_query::Nullable for $of {
            fn null() -> sea_orm::Value {
                sea_orm::Value::Json(None)
            }
        }

        impl sea_orm::IntoActiveValue<$of> for $of {
            fn into_active_value(self) -> sea_orm::ActiveValue<$of> {
                sea_orm::ActiveValue::set(self)
            }
        }
    )+};
}
pub(crate) use kept_as_json;
