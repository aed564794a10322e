// Who sees to a request to join, and what a second person makes of it: for officers alone.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { readings as readingsQuery, useMe } from "../../api/queries";
import type { NewReading, Readings as Shown } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Button, Form, Radios, Select, Submit, TextArea } from "../../govuk/form";
import { Await } from "../../govuk/page";
import { Details, Tag, When } from "../../govuk/show";

const viewWords = { admit: "Would admit", refuse: "Would refuse" } as const;

function useShown(id: string) {
  const cache = useQueryClient();
  return (next?: Shown) => {
    if (next) cache.setQueryData(readingsQuery(id).queryKey, next);
    else void cache.invalidateQueries({ queryKey: readingsQuery(id).queryKey });
    void cache.invalidateQueries({ queryKey: ["enrolments"] });
  };
}

function Assign({ id, readings }: { id: string; readings: Shown }) {
  const me = useMe();
  const shown = useShown(id);
  const [chosen, choose] = useState("");
  const act = useAct(
    (account_id: string, key) =>
      must(
        api.POST("/api/clocks/{kind}/{id}/owner", {
          params: { path: { kind: "enrolment_decision", id } },
          body: { account_id },
          headers: keyed(key),
        }),
      ),
    {
      onDone: () => {
        shown();
        choose("");
        announce("It is recorded who sees to it.");
      },
    },
  );
  return (
    <>
      {readings.mine || !readings.may_read || !me ? null : (
        <Button kind="secondary" disabled={act.isPending} onClick={() => act.mutate(me.account_id)}>
          Take it on
        </Button>
      )}
      {readings.colleagues.length > 0 ? (
        <Details summary="Give it to a colleague">
          <Form
            prefix="owner"
            error={act.error}
            busy={act.isPending}
            onSubmit={() => {
              if (!chosen) return { owner: "Choose a colleague" };
              act.mutate(chosen);
            }}
          >
            <Select
              name="owner"
              label="Who sees to it"
              none="Choose"
              value={chosen}
              onChange={choose}
              choices={readings.colleagues.map((one) => ({ value: one.id, words: one.words }))}
            />
            <Submit kind="secondary" busy={act.isPending}>
              Give it to them
            </Submit>
          </Form>
        </Details>
      ) : null}
    </>
  );
}

function AskReader({ id, readings }: { id: string; readings: Shown }) {
  const shown = useShown(id);
  const [chosen, choose] = useState("");
  const act = useAct(
    (reader_id: string, key) =>
      must(api.POST("/api/enrolments/{id}/readers", { params: { path: { id } }, body: { reader_id }, headers: keyed(key) })),
    {
      onDone: (next) => {
        shown(next);
        choose("");
        announce("Your colleague is told by email.");
      },
    },
  );
  return (
    <Details summary="Ask a colleague to read it">
      <Form
        prefix="reader"
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!chosen) return { reader_id: "Choose a colleague" };
          act.mutate(chosen);
        }}
      >
        <Select
          name="reader_id"
          label="Second reader"
          none="Choose"
          value={chosen}
          onChange={choose}
          choices={readings.colleagues.map((one) => ({ value: one.id, words: one.words }))}
        />
        <Submit kind="secondary" busy={act.isPending}>
          Ask them
        </Submit>
      </Form>
    </Details>
  );
}

function Read({ id, own }: { id: string; own: Shown["readings"][number] | undefined }) {
  const shown = useShown(id);
  const [view, setView] = useState<NewReading["view"] | "">(own?.view ?? "");
  const [reasons, setReasons] = useState(own?.reasons ?? "");
  const act = useAct(
    (body: NewReading, key) =>
      must(api.POST("/api/enrolments/{id}/readings", { params: { path: { id } }, body, headers: keyed(key) })),
    {
      onDone: (next) => {
        shown(next);
        announce("Your reading is recorded.");
      },
    },
  );
  return (
    <Form
      prefix="reading"
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (!view) return { view: "Choose whether you would admit it or refuse it" };
        if (!reasons.trim()) return { reasons: "Enter your reasons" };
        act.mutate({ view, reasons: reasons.trim() });
      }}
    >
      <Radios
        name="view"
        label="What you make of it"
        labelSize="s"
        choices={[
          { value: "admit", words: "I would admit it" },
          { value: "refuse", words: "I would refuse it" },
        ]}
        value={view}
        onChange={(value) => setView(value as NewReading["view"])}
      />
      <TextArea
        name="reasons"
        label="Your reasons as second reader"
        labelSize="s"
        hint="Your colleagues read these, and the provider does not."
        rows={3}
        value={reasons}
        onChange={setReasons}
      />
      <Submit kind="secondary" busy={act.isPending}>
        {own?.view ? "Change your reading" : "Record your reading"}
      </Submit>
    </Form>
  );
}

function Readers({ id, readings }: { id: string; readings: Shown }) {
  const own = readings.readings.find((one) => one.mine);
  const asked = own && !own.view;
  return (
    <section aria-labelledby="readings">
      <h2 className="govuk-heading-m" id="readings">
        Second reader
      </h2>
      <p className="govuk-body">
        {readings.second_reader
          ? "In this market a second person reads each request before it is decided. Whoever decides cannot be the only one who read it."
          : "A colleague may read this request before you decide."}
      </p>
      {readings.readings.length > 0 ? (
        <ul className="govuk-list fl-list">
          {readings.readings.map((one) => (
            <li key={one.id}>
              <p className="govuk-body govuk-!-margin-bottom-1">
                <strong>{one.mine ? `${one.reader_name} (you)` : one.reader_name}</strong>{" "}
                {one.view ? (
                  <Tag colour={one.view === "admit" ? "green" : "red"}>{viewWords[one.view]}</Tag>
                ) : (
                  <Tag colour="yellow">Asked</Tag>
                )}
              </p>
              {one.reasons ? <p className="govuk-body fl-typed govuk-!-margin-bottom-1">{one.reasons}</p> : null}
              <p className="govuk-body fl-quiet fl-small">
                {one.read_at ? (
                  <>
                    Read <When at={one.read_at} />
                  </>
                ) : one.asked_at ? (
                  <>
                    Asked <When at={one.asked_at} />
                  </>
                ) : null}
              </p>
            </li>
          ))}
        </ul>
      ) : null}
      {readings.may_read ? (
        <>
          {asked ? (
            <Read id={id} own={own} />
          ) : (
            <Details summary={own ? "Change your reading" : "Read it as second reader"}>
              <Read id={id} own={own} key={own?.read_at ?? "new"} />
            </Details>
          )}
          {readings.colleagues.length > 0 ? <AskReader id={id} readings={readings} /> : null}
        </>
      ) : null}
    </section>
  );
}

/** Beside the clock: whose it is */
export function SeenToBy({ id }: { id: string }) {
  return (
    <Await query={useQuery(readingsQuery(id))}>
      {(readings) => (
        <section className="fl-box" aria-labelledby="owner">
          <h2 className="govuk-heading-s" id="owner">
            Who sees to it
          </h2>
          <p className="govuk-body">{readings.mine ? `${readings.owner.words} (you)` : readings.owner.words}</p>
          {readings.may_assign ? <Assign id={id} readings={readings} /> : null}
        </section>
      )}
    </Await>
  );
}

/** What second readers make of it; nothing where none was asked and none is any more */
export function Readings({ id }: { id: string }) {
  return (
    <Await query={useQuery(readingsQuery(id))}>
      {(readings) => (readings.may_read || readings.readings.length > 0 ? <Readers id={id} readings={readings} /> : null)}
    </Await>
  );
}
