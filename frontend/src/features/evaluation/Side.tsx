// Beside the answers: how far one is, the panel, and what locks what.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { evaluation as evaluationQuery, ranking } from "../../api/queries";
import type { Evaluation } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Submit, TextArea } from "../../govuk/form";
import { Details, Tag, type TagColour } from "../../govuk/show";
import { answersOf, left } from "./Marking";
import { differing } from "./Moderation";

type Panellist = Evaluation["panel"][number];

const STATES: Record<Panellist["state"], [words: string, colour: TagColour]> = {
  marking: ["Marking", "yellow"],
  finished: ["Finished", "teal"],
  released: ["Released", "grey"],
  set_aside: ["Set aside", "red"],
};

/** Every answer by question, with what is marked: each is a step away. */
function Places({ shown }: { shown: Evaluation }) {
  const answers = answersOf(shown);
  return (
    <ul className="govuk-list govuk-!-margin-top-3">
      {shown.criteria.map((criterion) => (
        <li key={criterion.id} className="govuk-!-margin-bottom-2">
          {criterion.name}
          <ul className="fl-places">
            {answers.map((one, at) =>
              one.criterion.id === criterion.id ? (
                <li key={one.bid.blind_id}>
                  <Link to={`?answer=${at + 1}`} className="govuk-link govuk-link--no-visited-state">
                    {one.bid.label}
                    <span className="govuk-visually-hidden">, {criterion.name}</span>
                  </Link>
                  {one.marked ? <span> marked</span> : <span className="fl-quiet"> to mark</span>}
                </li>
              ) : null,
            )}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function Settled({ shown }: { shown: Evaluation }) {
  return (
    <ul className="govuk-list govuk-!-margin-top-3">
      {shown.bids.map((bid) => (
        <li key={bid.blind_id} className="fl-tags govuk-!-margin-bottom-2">
          <a href={`#bid-${bid.blind_id}`} className="govuk-link">
            {bid.label}
          </a>{" "}
          {bid.differing.length === 0 ? <Tag colour="teal">Settled</Tag> : <Tag colour="yellow">To settle</Tag>}
        </li>
      ))}
    </ul>
  );
}

/** What one's own role has left to do */
export function Progress({ shown }: { shown: Evaluation }) {
  const marking = !shown.marks_shown && (shown.can.includes("mark") || shown.can.includes("finish"));
  const all = shown.bids.length * shown.criteria.length;
  const done = all - (marking ? shown.unmarked : shown.differing);
  if (!marking && !shown.marks_shown) return null;
  return (
    <section className="fl-box" aria-labelledby="progress">
      <h2 className="govuk-heading-s" id="progress">
        Progress
      </h2>
      <p className="govuk-body">
        <strong className="fl-number">
          {done} of {all}
        </strong>{" "}
        {marking ? "answers marked by you" : "answers have the mark that counts"}
      </p>
      <svg className="fl-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" fill="#d3d6da" />
        <rect width={all === 0 ? 0 : (100 * done) / all} height="4" fill="var(--authority-colour)" />
      </svg>
      {marking ? <Places shown={shown} /> : <Settled shown={shown} />}
    </section>
  );
}

export function Finish({ shown }: { shown: Evaluation }) {
  const cache = useQueryClient();
  const act = useAct(
    (_nothing: null, key) =>
      must(
        api.POST("/api/opportunities/{id}/marks/finish", {
          params: { path: { id: shown.opportunity_id } },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after) => {
        cache.setQueryData(evaluationQuery(shown.opportunity_id).queryKey, after);
        announce("You have finished. Your marks are locked.");
        window.scrollTo(0, 0);
      },
    },
  );
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="finish">
      <h2 className="govuk-heading-s" id="finish">
        When you have finished
      </h2>
      <p className="govuk-body">{left(shown)} Finishing locks your marks. The others see them once every evaluator has finished.</p>
      <Form prefix="finish" error={act.error} busy={act.isPending} onSubmit={() => act.mutate(null)}>
        <Submit kind="secondary" busy={act.isPending}>
          I have finished
        </Submit>
      </Form>
    </section>
  );
}

function Release({ shown, of }: { shown: Evaluation; of: Panellist }) {
  const cache = useQueryClient();
  const [reason, setReason] = useState("");
  const act = useAct(
    (body: { evaluator_id: string; reason: string }, key) =>
      must(
        api.POST("/api/opportunities/{id}/release", {
          params: { path: { id: shown.opportunity_id } },
          body,
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after) => {
        cache.setQueryData(evaluationQuery(shown.opportunity_id).queryKey, after);
        announce(`${of.name} is released.`);
      },
    },
  );
  return (
    <Details summary={`Release ${of.name}`}>
      <Form
        prefix={`release-${of.evaluator_id}`}
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!reason.trim()) return { reason: `Enter why ${of.name} is released` };
          act.mutate({ evaluator_id: of.evaluator_id, reason: reason.trim() });
        }}
      >
        <TextArea
          name="reason"
          label="Why they will not finish"
          hint="Their marks are kept and will not count. They cannot come back to this evaluation."
          rows={3}
          value={reason}
          onChange={setReason}
        />
        <Submit busy={act.isPending} kind="warning">
          Release this evaluator
        </Submit>
      </Form>
    </Details>
  );
}

export function Panel({ shown }: { shown: Evaluation }) {
  return (
    <section className="fl-box" aria-labelledby="panel">
      <h2 className="govuk-heading-s" id="panel">
        Evaluators
      </h2>
      {shown.panel.length === 0 ? <p className="govuk-body">Nobody has begun to mark.</p> : null}
      <ul className="govuk-list">
        {shown.panel.map((one) => {
          const [words, colour] = STATES[one.state];
          return (
            <li key={one.evaluator_id} className="govuk-!-margin-bottom-2">
              <span className="fl-tags">
                {one.name}
                {one.mine ? " (you)" : ""} <Tag colour={colour}>{words}</Tag>
              </span>
              {one.state === "set_aside" ? (
                <span className="fl-quiet fl-small">Declared an interest: these marks do not count.</span>
              ) : null}
              {one.declared_later ? (
                <span className="fl-quiet fl-small">Declared an interest after prices had opened: these marks stand as they were locked.</span>
              ) : null}
              {one.reason ? <span className="fl-quiet fl-small fl-typed">{one.reason}</span> : null}
              {one.state === "marking" && shown.can.includes("release") ? (
                <div className="govuk-!-margin-top-2">
                  <Release shown={shown} of={one} />
                </div>
              ) : null}
            </li>
          );
        })}
      </ul>
      <p className="govuk-body fl-small fl-quiet">
        {shown.evaluators_needed === 1
          ? "This market needs one evaluator."
          : `This market needs ${shown.evaluators_needed} evaluators, who mark without seeing each other’s marks.`}
      </p>
    </section>
  );
}

export function Declarations({ shown }: { shown: Evaluation }) {
  if (shown.declarations.length === 0) return null;
  return (
    <Details summary="Declarations of interest">
      <ul className="govuk-list govuk-!-margin-bottom-0">
        {shown.declarations.map((one) => (
          <li key={one.name + one.at}>
            <strong>{one.name}</strong>: {one.interest === null ? "no interest" : <span className="fl-typed">{one.interest}</span>}
          </li>
        ))}
      </ul>
    </Details>
  );
}

export function OpenPrices({ shown }: { shown: Evaluation }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const act = useAct(
    (_nothing: null, key) =>
      must(
        api.POST("/api/opportunities/{id}/open-prices", {
          params: { path: { id: shown.opportunity_id } },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (ranked) => {
        cache.setQueryData(ranking(shown.opportunity_id).queryKey, ranked);
        void cache.invalidateQueries({ queryKey: ["opportunity", shown.opportunity_id] });
        void cache.invalidateQueries({ queryKey: ["opportunities"] });
        void navigate(`/opportunities/${shown.opportunity_id}/ranking`);
      },
    },
  );
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="open-prices">
      <h2 className="govuk-heading-s" id="open-prices">
        Open the prices
      </h2>
      {shown.can.includes("open_prices") ? (
        <>
          <p className="govuk-body">{differing(shown)} Marks cannot change once prices are open.</p>
          <Form prefix="open-prices" error={act.error} busy={act.isPending} onSubmit={() => act.mutate(null)}>
            <Submit busy={act.isPending}>Open the prices</Submit>
          </Form>
        </>
      ) : (
        <p className="govuk-body">Not yet. {shown.prices_wait_for}</p>
      )}
    </section>
  );
}

export function Links({ shown }: { shown: Evaluation }) {
  const id = shown.opportunity_id;
  return (
    <>
      {["priced", "recommended", "standstill", "challenged", "awarded"].includes(shown.stage) ? (
        <p className="govuk-body">
          <Link to={`/opportunities/${id}/ranking`} className="govuk-link">
            Ranking and recommendation
          </Link>
        </p>
      ) : null}
      <p className="govuk-body">
        <Link to={`/opportunities/${id}/declaration`} className="govuk-link">
          Your declaration of interests
        </Link>
      </p>
    </>
  );
}
