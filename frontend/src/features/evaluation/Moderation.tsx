// Once all are in: each evaluator's mark and reason side by side, and the mark that counts.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { evaluation as evaluationQuery } from "../../api/queries";
import type { BlindBid, Criterion, Evaluation, GivenMark } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Button, Form, Input, Submit, TextArea } from "../../govuk/form";
import { shortTime } from "../../govuk/london";
import { plain } from "../../govuk/money";
import { Details, Table, Tag } from "../../govuk/show";
import { Answered, BidHeading } from "./Marking";

type Agreed = BlindBid["agreed"][number];
type Version = Agreed["before"][number];

const BASIS: Record<Agreed["basis"], string> = {
  single: "One evaluator marked it.",
  unanimous: "Every evaluator gave this mark.",
  consensus: "The consensus of the evaluators.",
  standing: "The provider’s standing mark, from its enrolment.",
};

function Before({ versions, of }: { versions: Version[]; of: string }) {
  if (versions.length === 0) return null;
  return (
    <Details
      flush
      summary={
        <>
          What it was before<span className="govuk-visually-hidden">: {of}</span>
        </>
      }
    >
      <ul className="govuk-list govuk-!-margin-bottom-0">
        {versions.map((one) => (
          <li key={one.at + one.mark}>
            <strong>{plain(one.mark)}</strong> <span className="fl-typed">{one.reason}</span>{" "}
            <span className="fl-quiet fl-small">
              {one.by}, {shortTime(one.at)}
            </span>
          </li>
        ))}
      </ul>
    </Details>
  );
}

function Marks({ marks, of }: { marks: GivenMark[]; of: string }) {
  return (
    <Table
      caption={`Marks: ${of}`}
      captionSize="hidden"
      columns={[{ label: "Evaluator" }, { label: "Mark", numeric: true }, { label: "Reason" }]}
      rows={marks.map((mark) => ({
        key: mark.evaluator,
        cells: [
          <>
            {mark.mine ? `${mark.evaluator} (you)` : mark.evaluator} {mark.counts ? null : <Tag colour="grey">Not counted</Tag>}
          </>,
          plain(mark.mark),
          <>
            <span className="fl-typed">{mark.reason}</span>
            <Before versions={mark.before} of={`${mark.evaluator}, ${of}`} />
          </>,
        ],
      }))}
    />
  );
}

function Counts({ agreed, of }: { agreed: Agreed; of: string }) {
  return (
    <div className="fl-box fl-box--wash">
      <p className="govuk-body govuk-!-margin-bottom-1">
        The mark that counts: <strong className="fl-number">{plain(agreed.mark)}</strong>
      </p>
      <p className="govuk-body fl-quiet fl-small">
        {BASIS[agreed.basis]}
        {agreed.basis === "consensus" && agreed.by ? ` Recorded by ${agreed.by}, ${shortTime(agreed.at)}.` : ""}
      </p>
      {agreed.basis === "consensus" || agreed.basis === "standing" ? <p className="govuk-body fl-typed">{agreed.reason}</p> : null}
      <Before versions={agreed.before} of={`the consensus on ${of}`} />
    </div>
  );
}

function Consensus({ shown, bid, criterion, agreed }: { shown: Evaluation; bid: BlindBid; criterion: Criterion; agreed?: Agreed }) {
  const cache = useQueryClient();
  const [changing, setChanging] = useState(!agreed);
  const [mark, setMark] = useState(agreed ? plain(agreed.mark) : "");
  const [reason, setReason] = useState(agreed?.reason ?? "");
  const act = useAct(
    (body: { mark: string; reason: string }, key) =>
      must(
        api.POST("/api/opportunities/{id}/consensus", {
          params: { path: { id: shown.opportunity_id } },
          body: { blind_id: bid.blind_id, criterion_id: criterion.id, ...body },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after, body) => {
        cache.setQueryData(evaluationQuery(shown.opportunity_id).queryKey, after);
        setChanging(false);
        announce(`${bid.label}, ${criterion.name}: consensus ${body.mark}. ${differing(after)}`);
      },
    },
  );
  if (!changing) {
    return (
      <Button kind="secondary" onClick={() => setChanging(true)}>
        Change the consensus<span className="govuk-visually-hidden"> on {bid.label}, {criterion.name}</span>
      </Button>
    );
  }
  return (
    <Form
      prefix={`consensus-${bid.blind_id}-${criterion.id}`}
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        const given = Number(mark.replace(",", "."));
        if (!mark.trim() || !(given >= 0 && given <= Number(criterion.mark_max)))
          return { mark: `Enter the consensus mark, from 0 to ${plain(criterion.mark_max)}` };
        if (!reason.trim()) return { reason: "Enter the reason for this consensus. The provider reads it after the award." };
        act.mutate({ mark: mark.trim().replace(",", "."), reason: reason.trim() });
      }}
    >
      <Input
        name="mark"
        label={
          <>
            Consensus mark, 0 to {plain(criterion.mark_max)}
            <span className="govuk-visually-hidden">, {bid.label}, {criterion.name}</span>
          </>
        }
        labelSize="s"
        numeric
        width={4}
        value={mark}
        onChange={setMark}
      />
      <TextArea
        name="reason"
        label={
          <>
            Reason for the consensus<span className="govuk-visually-hidden">, {bid.label}, {criterion.name}</span>
          </>
        }
        labelSize="s"
        hint="What the evaluators settled on, and why. The provider reads it after the award."
        rows={3}
        value={reason}
        onChange={setReason}
      />
      <Submit kind="secondary" busy={act.isPending}>
        Record the consensus
      </Submit>
    </Form>
  );
}

export function differing(shown: Evaluation): string {
  if (shown.differing === 0) return "Every answer has the mark that counts.";
  return shown.differing === 1 ? "1 answer waits for a consensus." : `${shown.differing} answers wait for a consensus.`;
}

export function Moderation({ shown }: { shown: Evaluation }) {
  const moderates = shown.can.includes("moderate");
  return (
    <>
      {shown.bids.map((bid) => (
        <section key={bid.blind_id} id={`bid-${bid.blind_id}`} aria-labelledby={`label-${bid.blind_id}`} className="fl-box">
          <BidHeading bid={bid} />
          {shown.criteria.map((criterion) => {
            const of = `${bid.label}, ${criterion.name}`;
            const agreed = bid.agreed.find((one) => one.criterion_id === criterion.id);
            const differs = bid.differing.includes(criterion.id);
            return (
              <section key={criterion.id} className="govuk-!-margin-bottom-6">
                <h3 className="govuk-heading-m govuk-!-margin-bottom-1">{criterion.name}</h3>
                <Answered bid={bid} criterion={criterion} descriptors />
                <Marks marks={bid.marks.filter((mark) => mark.criterion_id === criterion.id)} of={of} />
                {agreed ? <Counts agreed={agreed} of={of} /> : null}
                {differs ? (
                  <p className="govuk-body">
                    <Tag colour="yellow">Evaluators differ</Tag>
                  </p>
                ) : null}
                {moderates && (differs || agreed?.basis === "consensus") ? (
                  <Consensus shown={shown} bid={bid} criterion={criterion} agreed={agreed} key={agreed ? "agreed" : "differs"} />
                ) : null}
              </section>
            );
          })}
          {shown.standing_criteria.map((criterion) => {
            const agreed = bid.agreed.find((one) => one.criterion_id === criterion.id);
            return agreed ? (
              <section key={criterion.id} className="govuk-!-margin-bottom-6">
                <h3 className="govuk-heading-m">{criterion.name}</h3>
                <Counts agreed={agreed} of={`${bid.label}, ${criterion.name}`} />
              </section>
            ) : null;
          })}
        </section>
      ))}
    </>
  );
}
