import { useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { opportunity as opportunityQuery, useMe } from "../../api/queries";
import type { Opportunity } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Submit } from "../../govuk/form";
import { count } from "../../govuk/london";
import { Ago, Details, Inset } from "../../govuk/show";
import { hasRole } from "../../words";
import { cannotWords } from "./cannot";

function Remind({ shown, many, before }: { shown: Opportunity; many: number; before: number }) {
  const cache = useQueryClient();
  const remind = useAct(
    // The second reminder is another act than the first.
    (_before: number, key) =>
      must(api.POST("/api/opportunities/{id}/nudge", { params: { path: { id: shown.id } }, headers: keyed(key) })),
    {
      onDone: (after) => {
        cache.setQueryData(opportunityQuery(shown.id).queryKey, after);
        announce("They are reminded.");
      },
    },
  );
  return (
    <Form prefix="remind" error={remind.error} busy={remind.isPending} onSubmit={() => remind.mutate(before)}>
      <Submit kind="secondary" busy={remind.isPending}>
        Remind {many === 1 ? "it" : `all ${many}`} by email
      </Submit>
    </Form>
  );
}

/** How far the advert has come, who is silent, and what to offer otherwise when nothing comes. */
export function Watch({ shown, open }: { shown: Opportunity; open: boolean }) {
  const me = useMe();
  const watch = shown.officers?.watch;
  if (!watch) return null;
  const broker = hasRole(me, "broker");
  return (
    <>
      <p className="govuk-body fl-small">
        The advert went out by email: {watch.delivered} delivered
        {watch.on_their_way > 0 ? `, ${watch.on_their_way} on their way` : ""}
        {watch.undeliverable > 0 ? `, ${watch.undeliverable} could not be delivered` : ""}.
      </p>
      {watch.suggestions.length > 0 ? (
        <Inset className="fl-not-yet">
          <p className="govuk-body govuk-!-font-weight-bold govuk-!-margin-bottom-1">
            {open ? "No bid has come, and most of the time is gone" : "No bid came. What providers said, and what might help"}
          </p>
          <ul className="govuk-list govuk-list--bullet">
            {watch.suggestions.map((one) => (
              <li key={one.because}>
                {one.words}{" "}
                {broker && one.field ? (
                  <Link to={`/packages/new?from=${shown.officers?.package_id ?? ""}&change=${one.field}`} className="govuk-link">
                    Draft it again with that changed
                  </Link>
                ) : null}
              </li>
            ))}
          </ul>
        </Inset>
      ) : null}
      {watch.cannot.length > 0 ? (
        <p className="govuk-body">
          Why providers cannot bid: {watch.cannot.map((one) => `${cannotWords[one.because].toLowerCase()} (${one.count})`).join(", ")}.
        </p>
      ) : null}
      {open && watch.silent.length > 0 ? (
        <section className="fl-box" aria-labelledby="silent">
          <h2 className="govuk-heading-s" id="silent">
            {count(watch.silent.length, "provider has", "providers have")} said nothing
          </h2>
          <Details summary="Which">
            <ul className="govuk-list govuk-list--bullet">
              {watch.silent.map((name) => (
                <li key={name}>{name}</li>
              ))}
            </ul>
          </Details>
          {watch.reminded_at.map((at) => (
            <p key={at} className="govuk-body fl-small fl-quiet">
              Reminded <Ago at={at} />
            </p>
          ))}
          {broker && watch.may_remind ? (
            <Remind shown={shown} many={watch.silent.length} before={watch.reminded_at.length} />
          ) : broker ? (
            <p className="govuk-body fl-small fl-quiet">
              {watch.reminded_at.length >= 2 ? "They were reminded twice, which is all." : "They can be reminded again a day after the last time."}
            </p>
          ) : null}
        </section>
      ) : null}
    </>
  );
}
