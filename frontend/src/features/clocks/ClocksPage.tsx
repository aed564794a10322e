import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { useServerNow } from "../../api/clock";
import { clocks as clocksQuery } from "../../api/queries";
import type { ClockBoard, LegalClock, NewNotice, NewOwner } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Checkboxes, Form, Input, Select, Submit } from "../../govuk/form";
import { count, longTime, relative, shortTime, weekdayDay } from "../../govuk/london";
import { Await, Page } from "../../govuk/page";
import { Details, Empty, Table, Tag } from "../../govuk/show";
import { roleWords } from "../../words";

const stateWords = { overdue: "Overdue", due_soon: "Due soon", running: "Running", met: "Met", met_late: "Met late" } as const;
const stateColours = { overdue: "red", due_soon: "yellow", running: "grey", met: "green", met_late: "orange" } as const;

function useShown() {
  const cache = useQueryClient();
  return (board: ClockBoard) => cache.setQueryData(clocksQuery.queryKey, board);
}

/** One choice for the three kinds of owner */
function owner(choice: string): NewOwner {
  const [kind, id] = [choice.slice(0, choice.indexOf(":")), choice.slice(choice.indexOf(":") + 1)];
  if (kind === "officer") return { account_id: id };
  if (kind === "post") return { post_id: id };
  return { role: id as NonNullable<NewOwner["role"]> };
}

function Assign({ clock, board }: { clock: LegalClock; board: ClockBoard }) {
  const shown = useShown();
  const [choice, choose] = useState("");
  const act = useAct(
    (body: NewOwner, key) =>
      must(
        api.POST("/api/clocks/{kind}/{id}/owner", {
          params: { path: { kind: clock.kind, id: clock.id } },
          body,
          headers: keyed(key),
        }),
      ),
    {
      onDone: (next) => {
        shown(next);
        choose("");
        announce("The owner is recorded.");
      },
    },
  );
  return (
    <Form
      prefix={`owner-${clock.id}`}
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (!choice) return { owner: "Choose who sees to it" };
        act.mutate(owner(choice));
      }}
    >
      <Select
        name="owner"
        label="Who sees to it"
        none="Choose"
        value={choice}
        onChange={choose}
        choices={[
          ...board.posts.map((post) => ({ value: `post:${post.id}`, words: post.words })),
          ...board.officers.map((officer) => ({ value: `officer:${officer.id}`, words: officer.words })),
          ...Object.entries(roleWords).map(([role, words]) => ({ value: `role:${role}`, words: `Everybody who is: ${words}` })),
        ]}
      />
      <Submit kind="secondary" busy={act.isPending}>
        Record the owner
      </Submit>
    </Form>
  );
}

function Publish({ clock }: { clock: LegalClock }) {
  const shown = useShown();
  const [ids, setIds] = useState(() => clock.contracts.map((contract) => contract.id));
  const [day, setDay] = useState("");
  const [reference, setReference] = useState("");
  const [link, setLink] = useState("");
  const act = useAct(
    (body: NewNotice, key) => must(api.POST("/api/notices", { body, headers: keyed(key) })),
    {
      onDone: (next) => {
        shown(next);
        announce("The notice is marked as published.");
      },
    },
  );
  return (
    <Form
      prefix={`notice-${clock.id}`}
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (ids.length === 0) return { contract_ids: "Choose the contracts that the notice covers" };
        if (!day) return { published_on: "Enter the day of publication" };
        act.mutate({ contract_ids: ids, published_on: day, reference: reference.trim(), link: link.trim() });
      }}
    >
      {clock.contracts.length > 1 ? (
        <Checkboxes
          name="contract_ids"
          label="Contracts that it covers"
          labelSize="s"
          choices={clock.contracts.map((contract) => ({ value: contract.id, words: contract.reference }))}
          values={ids}
          onChange={setIds}
        />
      ) : null}
      <Input name="published_on" type="date" width={10} label="Published on" value={day} onChange={setDay} />
      <Input name="reference" label="Number of the notice" value={reference} onChange={setReference} />
      <Input name="link" label="Where it can be read" hint="An address that begins with https://" value={link} onChange={setLink} />
      <Submit kind="secondary" busy={act.isPending}>
        Mark as published
      </Submit>
    </Form>
  );
}

const title = (clock: LegalClock) => {
  const which = clock.reference ?? clock.provider_name;
  return which ? `${clock.wanted}: ${which}` : clock.wanted;
};
const due = (clock: LegalClock) =>
  clock.due_on ? `By the end of ${weekdayDay(clock.due_on)}` : `Before ${longTime(clock.due_at)}`;

function Card({ clock, board }: { clock: LegalClock; board: ClockBoard }) {
  const now = useServerNow(60_000);
  return (
    <li className="fl-card">
      <div>
        <span className="govuk-body fl-small fl-quiet">
          {clock.market_name}
          {clock.category_name ? `, ${clock.category_name}` : ""}
        </span>
        <h3 className="fl-card__title">
          <Link to={clock.path} className="govuk-link">
            {title(clock)}
          </Link>
        </h3>
        <ul className="fl-facts">
          {clock.reference && clock.provider_name ? <li>{clock.provider_name}</li> : null}
          <li>Owner: {clock.owner.words}</li>
        </ul>
        <p className="govuk-body fl-small govuk-!-margin-top-1 govuk-!-margin-bottom-1">{clock.law}</p>
        {board.may_assign ? (
          <Details summary={<>Change the owner<span className="govuk-visually-hidden"> of {clock.wanted} {clock.reference ?? clock.provider_name}</span></>} flush>
            <Assign clock={clock} board={board} />
          </Details>
        ) : null}
        {board.may_publish && clock.contracts.length > 0 ? (
          <Details summary={<>Mark as published<span className="govuk-visually-hidden"> {clock.reference}</span></>} flush>
            <Publish clock={clock} />
          </Details>
        ) : null}
      </div>
      <div className="fl-card__aside">
        <span className="fl-tags">
          <Tag colour={stateColours[clock.state]}>{stateWords[clock.state]}</Tag>
        </span>
        <p className="govuk-body fl-small govuk-!-margin-top-1 govuk-!-margin-bottom-0">
          {due(clock)} <span className="fl-quiet fl-relative">({relative(clock.due_at, now)})</span>
        </p>
      </div>
    </li>
  );
}

function List({ title, clocks, board }: { title: string; clocks: LegalClock[]; board: ClockBoard }) {
  if (clocks.length === 0) return null;
  return (
    <>
      <h2 className="govuk-heading-m">{title}</h2>
      <ul className="fl-list">
        {clocks.map((clock) => (
          <Card key={`${clock.kind} ${clock.id}`} clock={clock} board={board} />
        ))}
      </ul>
    </>
  );
}

/** What is done is there to be looked up, not to be seen to */
function Done({ clocks }: { clocks: LegalClock[] }) {
  if (clocks.length === 0) return null;
  return (
    <>
      <h2 className="govuk-heading-m">Done</h2>
      <Details summary={`${count(clocks.length, "clock")} met in the last 30 days`}>
        <Table
          caption="Met in the last 30 days"
          captionSize="hidden"
          columns={[{ label: "What" }, { label: "Market" }, { label: "Due by" }, { label: "Done" }]}
          rows={clocks.map((clock) => ({
            key: `${clock.kind} ${clock.id}`,
            cells: [
              <Link key="what" to={clock.path} className="govuk-link">
                {title(clock)}
              </Link>,
              clock.market_name,
              due(clock),
              <span key="done" className="fl-tags">
                <Tag colour={stateColours[clock.state]}>{stateWords[clock.state]}</Tag> {clock.met_at ? shortTime(clock.met_at) : null}
              </span>,
            ],
          }))}
        />
      </Details>
    </>
  );
}

export default function ClocksPage() {
  return (
    <Await query={useQuery(clocksQuery)}>
      {(board) => {
        const of = (...states: LegalClock["state"][]) => board.clocks.filter((clock) => states.includes(clock.state));
        return (
          <Page title="Legal clocks" lead="What the law or the market gives a time for: what is due, by when, under which rule, and by whom.">
            {board.clocks.length === 0 ? <Empty>No clock is running.</Empty> : null}
            <List title="Overdue" clocks={of("overdue")} board={board} />
            <List title="Due within 5 working days" clocks={of("due_soon")} board={board} />
            <List title="Running" clocks={of("running")} board={board} />
            <Done clocks={of("met", "met_late")} />
          </Page>
        );
      }}
    </Await>
  );
}
