//! The route table as the server's routes and as an OpenAPI 3.1 document.

use super::request::Incoming;
use crate::domain::actor::Need;
use utoipa::{
    ToSchema,
    openapi::{
        ComponentsBuilder, ContentBuilder, Info, OpenApi, OpenApiBuilder, PathsBuilder, Ref, RefOr, Required,
        ResponseBuilder, Schema,
        path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem},
        request_body::RequestBodyBuilder,
        schema::{ObjectBuilder, Type},
    },
};

type Schemas = Vec<(String, RefOr<Schema>)>;

/// One route, as it is described.
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    /// Nothing for routes that anybody may use.
    pub need: Option<Need>,
    query: Vec<Parameter>,
    takes: Option<Described>,
    shows: Described,
    is_command: bool,
}

/// A type by its schema.
pub struct Described {
    schema: RefOr<Schema>,
    schemas: Schemas,
}

/// How a type is described.
pub fn described<T: ToSchema>() -> Described {
    let mut schemas = Vec::new();
    T::schemas(&mut schemas);
    let name = std::any::type_name::<T>();
    // Lists have no name of their own; what is in them does.
    let inline = name.starts_with("alloc::vec::Vec");
    let schema = if inline {
        T::schema()
    } else {
        schemas.push((T::name().into_owned(), T::schema()));
        Ref::from_schema_name(T::name()).into()
    };
    Described { schema, schemas }
}

impl Route {
    pub fn new<I: Incoming, T: ToSchema>(method: &'static str, path: &'static str) -> Self {
        Self {
            method,
            path,
            need: I::NEED,
            query: I::query(),
            takes: I::takes(),
            shows: described::<T>(),
            is_command: I::IS_COMMAND,
        }
    }

    fn operation(&self, schemas: &mut Schemas) -> (HttpMethod, utoipa::openapi::path::Operation) {
        let json = |schema: &RefOr<Schema>| ContentBuilder::new().schema(Some(schema.clone())).build();
        schemas.extend(self.shows.schemas.iter().cloned());
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let mut operation = OperationBuilder::new()
            .operation_id(Some(format!("{} {}", self.method, self.path)))
            .response(
                "200",
                ResponseBuilder::new()
                    .description("Done")
                    .content("application/json", json(&self.shows.schema))
                    .build(),
            )
            .response(
                "default",
                ResponseBuilder::new()
                    .description("A refusal or a failure (RFC 9457)")
                    .content("application/problem+json", problem)
                    .build(),
            );
        for part in self.path.split('/') {
            if let Some(name) = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
                operation = operation.parameter(parameter(name, ParameterIn::Path, Required::True));
            }
        }
        for query in &self.query {
            operation = operation.parameter(query.clone());
        }
        if self.is_command {
            let key = parameter("Idempotency-Key", ParameterIn::Header, Required::True);
            operation = operation.parameter(key);
        }
        if self.method == "put" {
            let revision = parameter("If-Match", ParameterIn::Header, Required::False);
            operation = operation.parameter(revision);
        }
        if let Some(takes) = &self.takes {
            schemas.extend(takes.schemas.iter().cloned());
            operation = operation.request_body(Some(
                RequestBodyBuilder::new()
                    .content("application/json", json(&takes.schema))
                    .required(Some(Required::True))
                    .build(),
            ));
        }
        let method = match self.method {
            "post" => HttpMethod::Post,
            "put" => HttpMethod::Put,
            "delete" => HttpMethod::Delete,
            _ => HttpMethod::Get,
        };
        (method, operation.build())
    }
}

fn parameter(name: &str, place: ParameterIn, required: Required) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .build()
}

/// The document of these routes.
pub fn document(routes: &[Route]) -> OpenApi {
    let mut schemas = Vec::new();
    let problem = described::<super::failure::Problem>();
    schemas.extend(problem.schemas);
    let mut paths = PathsBuilder::new();
    for route in routes {
        let (method, operation) = route.operation(&mut schemas);
        paths = paths.path(route.path, PathItem::new(method, operation));
    }
    schemas.sort_by(|(a, _), (b, _)| a.cmp(b));
    schemas.dedup_by(|(a, _), (b, _)| a == b);
    OpenApiBuilder::new()
        .info(Info::new("Fairlot", env!("CARGO_PKG_VERSION")))
        .paths(paths.build())
        .components(Some(ComponentsBuilder::new().schemas_from_iter(schemas).build()))
        .build()
}

/// Registers every route of the table, and describes it.
macro_rules! routes {
    ($($method:ident $path:literal $incoming:ty => $shows:ty, $handler:path;)+) => {
        /// The server's routes under `/api`.
        pub fn register(config: &mut actix_web::web::ServiceConfig) {
            use actix_web::{HttpRequest, web};
            $(
                config.route($path, web::$method().to(
                    |request: HttpRequest, app: web::Data<crate::app::App>, incoming: $incoming| async move {
                        request::reply::<$shows, _>(&request, $handler(&app, incoming).await)
                    },
                ));
            )+
        }

        /// The same, described.
        pub fn described() -> Vec<document::Route> {
            vec![$(document::Route::new::<$incoming, $shows>(stringify!($method), $path)),+]
        }
    };
}
pub(super) use routes;
