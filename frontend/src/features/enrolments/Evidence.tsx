// What the market asks for in proof: what counts, what is newer, giving it again and deciding on it.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { useServerNow } from "../../api/clock";
import { enrolment as enrolmentQuery } from "../../api/queries";
import type { Document, Enrolment, EvidenceAsked, EvidencePiece } from "../../api/types";
import { whatItIs } from "../../api/upload";
import { announce } from "../../govuk/announce";
import { FileInput } from "../../govuk/file";
import { Button, Checkboxes, Form, Input, Radios, Submit, TextArea } from "../../govuk/form";
import { count, daysBetween, londonDay, longDay } from "../../govuk/london";
import { SummaryList, Tag, type TagColour, Warning, When } from "../../govuk/show";

const CONDITIONS: Record<EvidenceAsked["condition"], [words: string, colour: TagColour]> = {
  missing: ["Not given", "grey"],
  waiting: ["Waits for a decision", "yellow"],
  refused: ["Not accepted", "red"],
  in_date: ["In date", "green"],
  expiring: ["Expires soon", "orange"],
  expired: ["Expired", "red"],
};

const pressing = (asked: EvidenceAsked) =>
  asked.newer?.state !== "given" && ["missing", "refused", "expiring", "expired"].includes(asked.condition);

export function ConditionTag({ asked }: { asked: EvidenceAsked }) {
  const [words, colour] = CONDITIONS[asked.condition];
  return <Tag colour={colour}>{words}</Tag>;
}

function Until({ day }: { day: string | null | undefined }) {
  const today = londonDay(useServerNow(60_000));
  if (!day) return "Does not expire";
  const left = daysBetween(today, day);
  const when = left < 0 ? `${count(-left, "day")} ago` : left === 0 ? "today is its last day" : `in ${count(left, "day")}`;
  return (
    <>
      {longDay(day)} <span className="fl-quiet">({when})</span>
    </>
  );
}

function Piece({ piece }: { piece: EvidencePiece }) {
  return (
    <SummaryList
      tight
      rows={[
        ["Reference", <span key="reference" className="fl-typed">{piece.reference}</span>],
        ["Last day", <Until key="until" day={piece.expires_on} />],
        [
          "Document",
          piece.document ? (
            <a key="document" className="govuk-link fl-typed" href={`/api/evidence/${piece.id}/document`}>
              Download {piece.document.name} ({whatItIs(piece.document)})
            </a>
          ) : (
            "None was sent"
          ),
        ],
        ["Given", <When key="given" at={piece.given_at} />],
        piece.decided_at
          ? [piece.state === "refused" ? "Not accepted" : "Accepted", <When key="decided" at={piece.decided_at} />]
          : null,
        piece.reasons ? ["Reasons", <span key="reasons" className="fl-typed">{piece.reasons}</span>] : null,
      ]}
    />
  );
}

function Give({ enrolment, asked }: { enrolment: Enrolment; asked: EvidenceAsked }) {
  const cache = useQueryClient();
  const [open, setOpen] = useState(false);
  const [reference, setReference] = useState("");
  const [expires, setExpires] = useState("");
  const [document, setDocument] = useState<Document | null>(null);
  const [sending, setSending] = useState(false);
  const [where, setWhere] = useState<string[]>(["everywhere"]);
  const id = `give-${asked.id}`;
  const act = useAct(
    async (body: { reference: string; expires_on: string | null; document_id: string | null }, key) => {
      const given = { body: { id: asked.id, ...body }, headers: keyed(key) };
      if (where.length > 0) return (await must(api.POST("/api/evidence", given))).categories;
      await must(api.POST("/api/enrolments/{id}/evidence", { params: { path: { id: enrolment.id } }, ...given }));
      return 1;
    },
    {
      onDone: (categories) => {
        void cache.invalidateQueries({ queryKey: ["enrolments"] });
        setOpen(false);
        setReference("");
        setExpires("");
        setDocument(null);
        announce(
          categories === 1 ? "Given. The council decides on it." : `Given for ${categories} categories. Each council decides on it.`,
        );
      },
    },
  );
  const words = asked.newer?.state === "given" ? "Give another in its place" : asked.counts || asked.newer ? "Give it again" : "Give it";
  if (!open)
    return (
      <Button
        kind={pressing(asked) ? undefined : "secondary"}
        className="govuk-!-margin-bottom-0"
        aria-expanded={false}
        onClick={() => setOpen(true)}
      >
        {words}
        <span className="govuk-visually-hidden">: {asked.words}</span>
      </Button>
    );
  return (
    <Form
      prefix={id}
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (!reference.trim()) return { reference: "Enter its reference or number" };
        if (sending) return { document: "Wait until the document is sent, or stop sending it" };
        act.mutate({ reference: reference.trim(), expires_on: expires || null, document_id: document?.id ?? null });
      }}
    >
      <Input name="reference" label="Reference or number" value={reference} onChange={setReference} />
      <Input
        name="expires_on"
        type="date"
        width={10}
        label="Last day on which it holds"
        hint="Leave this empty if it does not expire."
        value={expires}
        onChange={setExpires}
      />
      <FileInput id={`${id}-document`} value={document} onChange={setDocument} onBusy={setSending} />
      <Checkboxes
        name="where"
        label="Where it is given"
        labelSize="s"
        choices={[{ value: "everywhere", words: "Wherever we are asked for it: each council accepts it for itself" }]}
        values={where}
        onChange={setWhere}
      />
      <div className="govuk-button-group govuk-!-margin-bottom-0">
        <Submit busy={act.isPending}>Send it to the council</Submit>
        <Button kind="secondary" onClick={() => setOpen(false)}>
          Cancel
        </Button>
      </div>
    </Form>
  );
}

function Decide({ enrolment, asked, piece }: { enrolment: Enrolment; asked: EvidenceAsked; piece: EvidencePiece }) {
  const cache = useQueryClient();
  const [verb, setVerb] = useState<"accept" | "refuse" | "">("");
  const [reasons, setReasons] = useState("");
  const act = useAct(
    (body: { verb: "accept" | "refuse"; reasons: string }, key) => {
      const options = { params: { path: { id: piece.id } }, body: { reasons: body.reasons }, headers: keyed(key) };
      return must(
        body.verb === "accept" ? api.POST("/api/evidence/{id}/accept", options) : api.POST("/api/evidence/{id}/refuse", options),
      );
    },
    {
      onDone: (after, body) => {
        cache.setQueryData(enrolmentQuery(enrolment.id).queryKey, after);
        void cache.invalidateQueries({ queryKey: ["tasks"] });
        announce(body.verb === "accept" ? "Accepted." : "Not accepted. The provider is told.");
      },
    },
  );
  return (
    <Form
      prefix={`decide-${asked.id}`}
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (!verb) return { verb: "Choose whether you accept it" };
        if (!reasons.trim()) return { reasons: "Enter your reasons" };
        act.mutate({ verb, reasons: reasons.trim() });
      }}
    >
      <Radios
        name="verb"
        label={
          <>
            Do you accept it?<span className="govuk-visually-hidden"> {asked.words}</span>
          </>
        }
        labelSize="s"
        inline
        choices={[
          { value: "accept", words: "Accept" },
          { value: "refuse", words: "Refuse" },
        ]}
        value={verb}
        onChange={(value) => setVerb(value as "accept" | "refuse")}
      />
      {verb ? (
        <>
          <TextArea name="reasons" label="Reasons" hint="The provider reads these." rows={3} value={reasons} onChange={setReasons} />
          <Submit busy={act.isPending} kind={verb === "refuse" ? "warning" : undefined}>
            {verb === "accept" ? "Accept" : "Refuse"}
          </Submit>
        </>
      ) : null}
    </Form>
  );
}

function Asked({ enrolment, asked }: { enrolment: Enrolment; asked: EvidenceAsked }) {
  const waits = asked.newer?.state === "given" ? asked.newer : null;
  return (
    <li className="fl-box">
      <h3 className="govuk-heading-s govuk-!-margin-bottom-1">{asked.words}</h3>
      <p className="govuk-body govuk-!-margin-bottom-2">
        <ConditionTag asked={asked} /> {asked.counts && waits ? <Tag colour="yellow">Newer one waits</Tag> : null}
      </p>
      {asked.newer ? (
        <>
          {asked.counts ? (
            <h4 className="govuk-heading-s govuk-!-margin-bottom-1">{waits ? "Given since, not decided yet" : "Given since, not accepted"}</h4>
          ) : null}
          <Piece piece={asked.newer} />
        </>
      ) : null}
      {asked.counts ? (
        <>
          {asked.newer ? <h4 className="govuk-heading-s govuk-!-margin-bottom-1">What counts until then</h4> : null}
          <Piece piece={asked.counts} />
        </>
      ) : null}
      {waits && enrolment.may_decide_evidence ? (
        <Decide key={waits.id} enrolment={enrolment} asked={asked} piece={waits} />
      ) : null}
      {enrolment.may_give_evidence ? <Give enrolment={enrolment} asked={asked} /> : null}
    </li>
  );
}

/** What presses comes first, in one sentence. */
export function EvidenceWarning({ enrolment }: { enrolment: Enrolment }) {
  const expired = enrolment.evidence.filter((asked) => asked.condition === "expired").length;
  const soon = enrolment.evidence.filter((asked) => asked.condition === "expiring" && asked.newer?.state !== "given").length;
  if (expired > 0)
    return (
      <Warning>
        {count(expired, "piece")} of evidence {expired === 1 ? "has" : "have"} expired. There is no new work until newer evidence is accepted.
      </Warning>
    );
  return soon > 0 ? (
    <Warning>
      {count(soon, "piece")} of evidence {soon === 1 ? "expires" : "expire"} within 60 days.
    </Warning>
  ) : null;
}

export function Evidence({ enrolment }: { enrolment: Enrolment }) {
  return (
    <ul className="fl-list">
      {enrolment.evidence.map((asked) => (
        <Asked key={asked.id} enrolment={enrolment} asked={asked} />
      ))}
    </ul>
  );
}
