import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { evaluation as evaluationQuery, ranking } from "../../api/queries";
import type { Criterion, Evaluation } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Button, Form, Input, Radios, Submit, TextArea } from "../../govuk/form";
import { longDay } from "../../govuk/london";
import { plain } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Details, Inset, Tag } from "../../govuk/show";
import { stageColours, stageWords } from "../../words";

type Bid = Evaluation["bids"][number];
type Given = Bid["marks"][number];

function MarksGiven({ marks }: { marks: Given[] }) {
  if (marks.length === 0) return <p className="govuk-body fl-quiet">No mark yet.</p>;
  return (
    <ul className="govuk-list">
      {marks.map((mark) => (
        <li key={mark.evaluator} className="govuk-body">
          <strong>{plain(mark.mark)}</strong>{" "}
          <span className="fl-quiet">by {mark.mine ? "you" : mark.evaluator}:</span> <span className="fl-typed">{mark.reason}</span>
        </li>
      ))}
    </ul>
  );
}

function GiveMark({ shown, bid, criterion }: { shown: Evaluation; bid: Bid; criterion: Criterion }) {
  const cache = useQueryClient();
  const marks = bid.marks.filter((mark) => mark.criterion_id === criterion.id);
  const own = marks.find((mark) => mark.mine);
  const [changing, setChanging] = useState(false);
  const [mark, setMark] = useState(own ? plain(own.mark) : "");
  const [reason, setReason] = useState(own?.reason ?? "");
  const act = useAct(
    (body: { mark: string; reason: string }, key) =>
      must(
        api.POST("/api/opportunities/{id}/marks", {
          params: { path: { id: shown.opportunity_id } },
          body: { bid_id: bid.bid_id, criterion_id: criterion.id, ...body },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after, body) => {
        cache.setQueryData(evaluationQuery(shown.opportunity_id).queryKey, after);
        setChanging(false);
        announce(`${bid.label}, ${criterion.name}: marked ${body.mark}. ${left(after)}`);
      },
    },
  );
  if (own && !changing) {
    return (
      <>
        <MarksGiven marks={marks} />
        <Button kind="secondary" onClick={() => setChanging(true)}>
          Change your mark<span className="govuk-visually-hidden"> for {bid.label}, {criterion.name}</span>
        </Button>
      </>
    );
  }
  const whole = Array.from({ length: Math.floor(Number(criterion.mark_max)) + 1 }, (_, n) => String(n));
  return (
    <Form
      prefix={`${bid.bid_id}-${criterion.id}`}
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (!mark) return { mark: `Choose a mark for ${bid.label}, ${criterion.name}` };
        if (!reason.trim()) return { reason: "Give the reason for this mark. The provider reads it after the award." };
        act.mutate({ mark, reason: reason.trim() });
      }}
    >
      {whole.length <= 11 ? (
        <Radios
          name="mark"
          label={`Your mark, 0 to ${plain(criterion.mark_max)}`}
          labelSize="s"
          small
          choices={whole.map((value) => ({
            value,
            words: (
              <>
                <strong>{value}</strong> {criterion.descriptors[Number(value)] ?? ""}
              </>
            ),
          }))}
          value={mark}
          onChange={setMark}
        />
      ) : (
        <Input
          name="mark"
          label={`Your mark, 0 to ${plain(criterion.mark_max)}`}
          labelSize="s"
          numeric
          width={4}
          value={mark}
          onChange={setMark}
        />
      )}
      <TextArea
        name="reason"
        label="Your reason"
        labelSize="s"
        hint="What in the answer earns this mark. The provider reads it after the award."
        rows={3}
        value={reason}
        onChange={setReason}
      />
      <div className="fl-button-row">
        <Submit busy={act.isPending}>Save this mark</Submit>
        {own ? (
          <Button kind="secondary" onClick={() => setChanging(false)}>
            Leave it as it was
          </Button>
        ) : null}
      </div>
    </Form>
  );
}

function left(shown: Evaluation): string {
  if (shown.unmarked === 0) return "Every answer has a mark.";
  return shown.unmarked === 1 ? "1 answer has no mark yet." : `${shown.unmarked} answers have no mark yet.`;
}

function Progress({ shown }: { shown: Evaluation }) {
  const all = shown.bids.length * shown.criteria.length;
  const done = all - shown.unmarked;
  return (
    <section className="fl-box" aria-labelledby="progress">
      <h2 className="govuk-heading-s" id="progress">
        Progress
      </h2>
      <p className="govuk-body">
        <strong className="fl-number">
          {done} of {all}
        </strong>{" "}
        answers marked
      </p>
      <svg className="fl-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" fill="#d3d6da" />
        <rect width={all === 0 ? 0 : (100 * done) / all} height="4" fill="var(--authority-colour)" />
      </svg>
      <ul className="govuk-list govuk-!-margin-top-3">
        {shown.bids.map((bid) => (
          <li key={bid.bid_id} className="fl-tags govuk-!-margin-bottom-2">
            <a href={`#bid-${bid.bid_id}`} className="govuk-link">
              {bid.label}
            </a>{" "}
            {bid.complete ? <Tag colour="teal">Marked</Tag> : <Tag colour="yellow">To mark</Tag>}
          </li>
        ))}
      </ul>
      {shown.evaluators.length > 0 ? (
        <p className="govuk-body fl-small fl-quiet">
          Marking: {shown.evaluators.join(", ")}. Where several mark, the mean counts.
        </p>
      ) : null}
    </section>
  );
}

function OpenPrices({ shown }: { shown: Evaluation }) {
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
      <p className="govuk-body">
        {shown.unmarked > 0 ? left(shown) : "Marks cannot change once prices are open."}
      </p>
      <Form prefix="open-prices" error={act.error} busy={act.isPending} onSubmit={() => act.mutate(null)}>
        <Submit busy={act.isPending}>Open the prices</Submit>
      </Form>
    </section>
  );
}

export default function EvaluationPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(evaluationQuery(id))}>
      {(shown) => {
        const marks = shown.can.includes("mark");
        return (
          <Page
            title={marks ? "Mark the answers" : "Answers and marks"}
            caption={`${shown.reference}, ${shown.title}`}
            back={{ to: `/opportunities/${id}`, words: "The opportunity" }}
          >
            <p>
              <Tag colour={stageColours[shown.stage]}>{stageWords[shown.stage]}</Tag>
            </p>
            {shown.stage === "marking" ? (
              <Inset>Marking is blind: no provider’s name and no price is shown until every answer has its mark.</Inset>
            ) : null}
            <div className="fl-columns">
              <div>
                {shown.bids.length === 0 ? <p className="govuk-body">There is no bid to mark.</p> : null}
                {shown.bids.map((bid) => (
                  <section key={bid.bid_id} id={`bid-${bid.bid_id}`} aria-labelledby={`label-${bid.bid_id}`} className="fl-box">
                    <h2 className="govuk-heading-l govuk-!-margin-bottom-2" id={`label-${bid.bid_id}`}>
                      {bid.label}
                    </h2>
                    <p className="govuk-body fl-quiet">Can start on {longDay(bid.starts_on)}</p>
                    {shown.criteria.map((criterion) => (
                      <section key={criterion.id} className="govuk-!-margin-bottom-6">
                        <h3 className="govuk-heading-m govuk-!-margin-bottom-1">{criterion.name}</h3>
                        <p className="govuk-body fl-quiet">
                          {criterion.question} (weight {plain(criterion.weight)}
                          {criterion.mark_min ? `; under ${plain(criterion.mark_min)} is not admissible` : ""})
                        </p>
                        <blockquote className="govuk-inset-text fl-typed govuk-!-margin-top-2">
                          {bid.answers.find((one) => one.criterion_id === criterion.id)?.answer}
                        </blockquote>
                        {marks ? (
                          <GiveMark shown={shown} bid={bid} criterion={criterion} />
                        ) : (
                          <>
                            <MarksGiven marks={bid.marks.filter((mark) => mark.criterion_id === criterion.id)} />
                            <Details summary="What each mark means">
                              <ol className="govuk-list" start={0}>
                                {criterion.descriptors.map((words, mark) => (
                                  <li key={mark}>
                                    <strong>{mark}</strong> {words}
                                  </li>
                                ))}
                              </ol>
                            </Details>
                          </>
                        )}
                      </section>
                    ))}
                  </section>
                ))}
              </div>
              <div className="fl-side fl-side--first">
                <Progress shown={shown} />
                {shown.can.includes("open_prices") ? <OpenPrices shown={shown} /> : null}
                {["priced", "recommended", "awarded"].includes(shown.stage) ? (
                  <p className="govuk-body">
                    <Link to={`/opportunities/${id}/ranking`} className="govuk-link">
                      Ranking and recommendation
                    </Link>
                  </p>
                ) : null}
              </div>
            </div>
          </Page>
        );
      }}
    </Await>
  );
}
