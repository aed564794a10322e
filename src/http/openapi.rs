//! The route table as the server's routes and as an OpenAPI 3.1 document.

use super::request::{Download, Incoming};
use crate::{actions::Listed, domain::actor::Need};
use actix_web::{
    Scope,
    web::{self, ServiceConfig},
};
use std::{
    any::TypeId,
    collections::{BTreeMap, HashSet},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, ContentBuilder, Info, OpenApi, OpenApiBuilder, PathsBuilder, Ref, RefOr, Required,
        ResponseBuilder, Schema,
        path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem},
        request_body::RequestBodyBuilder,
        schema::{ArrayItems, ObjectBuilder, OneOfBuilder, SchemaType, Type},
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
    /// As which kind of content.
    takes_as: &'static str,
    shows: Described,
    /// As which kind of content.
    shows_as: &'static str,
    is_command: bool,
}

/// A type by its schema.
pub struct Described {
    schema: RefOr<Schema>,
    schemas: Schemas,
}

/// How a type is described: by its name, and a list by the name of what is in it.
pub fn described<T: ToSchema>() -> Described {
    let mut schemas = Vec::new();
    T::schemas(&mut schemas);
    let (outer, inner) = names::<T>();
    let schema = match (T::schema(), inner) {
        (RefOr::T(Schema::Array(mut list)), Some(inner)) => {
            if let ArrayItems::RefOrSchema(item) = &mut list.items {
                schemas.push((inner.to_owned(), item.as_ref().clone()));
                **item = Ref::from_schema_name(inner).into();
            }
            list.into()
        }
        (_, Some(inner)) if outer == "Option" => {
            let nothing = ObjectBuilder::new().schema_type(Type::Null);
            let either = OneOfBuilder::new().item(Ref::from_schema_name(inner)).item(nothing);
            either.into()
        }
        // One part of a list is like any other, but for what is in it: it has no name.
        (schema, Some(_)) => schema,
        (schema, None) => {
            schemas.push((outer.to_owned(), schema));
            Ref::from_schema_name(outer).into()
        }
    };
    Described { schema, schemas }
}

/// Part of a list: what is in it, and where the next part begins.
impl<T: ToSchema> PartialSchema for Listed<T> {
    fn schema() -> RefOr<Schema> {
        let next = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]));
        ObjectBuilder::new()
            .property("items", Ref::from_schema_name(T::name()).to_array_builder())
            .required("items")
            .property("next", next)
            .required("next")
            .into()
    }
}

impl<T: ToSchema> ToSchema for Listed<T> {
    fn schemas(schemas: &mut Schemas) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

/// The type's own name, and that of the type it is made over.
fn names<T>() -> (&'static str, Option<&'static str>) {
    let last = |path: &'static str| path.rsplit("::").next().unwrap_or(path);
    match std::any::type_name::<T>().split_once('<') {
        Some((outer, inner)) => (last(outer), Some(last(inner.trim_end_matches('>')))),
        None => (last(std::any::type_name::<T>()), None),
    }
}

/// What the server sends is always there, if only as null; only what is sent to it may be left out.
fn always_there(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            object.required = object.properties.keys().cloned().collect();
        }
        RefOr::T(Schema::AllOf(parts)) => parts.items.iter_mut().for_each(always_there),
        RefOr::T(_) | RefOr::Ref(_) => {}
    }
}

impl Route {
    pub fn new<I: Incoming, T: ToSchema + 'static>(method: &'static str, path: &'static str) -> Self {
        Self {
            method,
            path,
            need: I::NEED,
            query: I::query(),
            takes: I::takes(),
            takes_as: I::TAKES_AS,
            shows: described::<T>(),
            // A file says itself what it is.
            shows_as: if TypeId::of::<T>() == TypeId::of::<Download>() { "*/*" } else { "application/json" },
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
                    .content(self.shows_as, json(&self.shows.schema))
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
            if let Some((name, _)) = part.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
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
                    .content(self.takes_as, json(&takes.schema))
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

/// A header that is sent with the request.
pub fn header(name: &str) -> Parameter {
    parameter(name, ParameterIn::Header, Required::False)
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
    let sent: HashSet<String> = routes
        .iter()
        .flat_map(|route| route.takes.iter().flat_map(|takes| &takes.schemas))
        .map(|(name, _)| name.clone())
        .collect();
    let mut paths = PathsBuilder::new();
    for route in routes {
        let (method, operation) = route.operation(&mut schemas);
        paths = paths.path(route.path, PathItem::new(method, operation));
    }
    schemas.sort_by(|(a, _), (b, _)| a.cmp(b));
    schemas.dedup_by(|(a, _), (b, _)| a == b);
    schemas.iter_mut().filter(|(name, _)| !sent.contains(name)).for_each(|(_, schema)| always_there(schema));
    OpenApiBuilder::new()
        .info(Info::new("Fairlot", env!("CARGO_PKG_VERSION")))
        .paths(paths.build())
        .components(Some(ComponentsBuilder::new().schemas_from_iter(schemas).build()))
        .build()
}

/// Routes by the noun that their paths begin with. A request is held against those of its own noun alone: trying one
/// path after another, of some two hundred, takes longer than much of what is asked for.
#[derive(Default)]
pub struct Nouns(BTreeMap<&'static str, Scope>);

impl Nouns {
    pub fn add(&mut self, path: &'static str, route: actix_web::Route) {
        let noun_ends = path.match_indices('/').nth(2).map_or(path.len(), |(at, _)| at);
        let (noun, rest) = path.split_at(noun_ends);
        let scope = self.0.remove(noun).unwrap_or_else(|| web::scope(noun));
        self.0.insert(noun, scope.route(rest, route));
    }

    pub fn register(self, config: &mut ServiceConfig) {
        for scope in self.0.into_values() {
            config.service(scope);
        }
    }
}

/// Registers every route of the table, and describes it.
macro_rules! routes {
    ($($method:ident $path:literal $incoming:ty => $shows:ty, $handler:path;)+) => {
        /// The server's routes under `/api`.
        pub fn register(config: &mut actix_web::web::ServiceConfig) {
            use actix_web::{HttpRequest, web};
            let mut nouns = openapi::Nouns::default();
            $(
                nouns.add($path, web::$method().to(
                    |request: HttpRequest, app: web::Data<crate::app::App>, incoming: $incoming| async move {
                        request::reply::<$shows, _>(&request, $handler(&app, incoming).await)
                    },
                ));
            )+
            nouns.register(config);
        }

        /// The same, described.
        pub fn described() -> Vec<openapi::Route> {
            vec![$(openapi::Route::new::<$incoming, $shows>(stringify!($method), $path)),+]
        }
    };
}
pub(super) use routes;
