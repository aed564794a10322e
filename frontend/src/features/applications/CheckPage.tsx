// Everything that is sent, with a way to change each; then sending it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import type { ApplicationPage } from "../../api/types";
import { type FieldErrors, Form, Submit } from "../../govuk/form";
import { Await, Page } from "../../govuk/page";
import { Inset } from "../../govuk/show";
import { application } from "../../api/joining";
import { answerWords, asksWords, givenFor } from "./words";

const rowId = (field: string) => field.replace(/[^A-Za-z0-9_]+/g, "-");

function Check({ page }: { page: ApplicationPage }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const here = `/markets/${page.market_id}/join/${page.category_id}`;
  const send = useAct(
    (_: null, key) =>
      must(api.POST("/api/categories/{id}/application/send", { params: { path: { id: page.category_id } }, headers: keyed(key) })),
    {
      onDone: async (enrolment) => {
        await cache.invalidateQueries({ queryKey: ["enrolments"] });
        void cache.invalidateQueries({ queryKey: ["applications"] });
        cache.removeQueries({ queryKey: ["application", page.category_id] });
        void navigate(`/enrolments/${enrolment.id}`);
      },
    },
  );
  const asked = page.sections.map((section) => ({ ...section, fields: section.fields.filter(({ applies }) => applies) }));
  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    for (const { fields } of asked) for (const field of fields) if (field.wrong[0]) wrong[field.field] = field.wrong[0].detail;
    if (Object.keys(wrong).length > 0) return wrong;
    send.mutate(null);
  }
  return (
    <Page
      title="Check your answers"
      caption={`${page.market_name}: ${page.category_name}`}
      back={{ to: here, words: "Your request" }}
      authority={{ name: page.authority_name, colour: page.authority_colour }}
    >
      {page.closed ? <Inset className="fl-not-yet">{page.closed}</Inset> : null}
      <Form error={send.error} busy={send.isPending} onSubmit={check}>
        {asked.map(({ id, title, fields }) => (
          <section key={id} aria-labelledby={`section-${id}`}>
            <h2 className="govuk-heading-m" id={`section-${id}`}>
              {title}
            </h2>
            <dl className="govuk-summary-list">
              {fields.map((field) => {
                const wrong = field.wrong[0];
                const written = answerWords(field);
                return (
                  <div className="govuk-summary-list__row" key={field.field} id={rowId(field.field)} tabIndex={-1}>
                    <dt className="govuk-summary-list__key">{asksWords(field)}</dt>
                    <dd className="govuk-summary-list__value">
                      {written ? <span className="fl-typed">{written}</span> : null}
                      {wrong ? (
                        <p className="govuk-body govuk-!-margin-bottom-0 govuk-!-font-weight-bold">{written ? wrong.detail : "Not answered yet"}</p>
                      ) : null}
                      {field.passport && !field.answer ? <p className="govuk-body fl-small fl-quiet govuk-!-margin-bottom-0">From your passport</p> : null}
                      {givenFor(field) ? <p className="govuk-body fl-small fl-quiet govuk-!-margin-bottom-0">As you gave it for {givenFor(field)}</p> : null}
                    </dd>
                    <dd className="govuk-summary-list__actions">
                      <Link to={`${here}/${id}`} className="govuk-link">
                        Change<span className="govuk-visually-hidden"> {asksWords(field)}</span>
                      </Link>
                    </dd>
                  </div>
                );
              })}
            </dl>
          </section>
        ))}
        <h2 className="govuk-heading-m">Send your request</h2>
        <p className="govuk-body fl-prose">
          By sending it you say that these answers are right and that your organisation accepts what it has declared. They cannot be
          changed once they are sent.
        </p>
        {page.may_send ? (
          page.closed ? null : <Submit busy={send.isPending}>Send your request</Submit>
        ) : (
          <Inset>Your organisation’s administrator sends it.</Inset>
        )}
      </Form>
    </Page>
  );
}

export default function CheckPage() {
  const { category = "" } = useParams();
  return <Await query={useQuery(application(category))}>{(page) => <Check page={page} />}</Await>;
}
