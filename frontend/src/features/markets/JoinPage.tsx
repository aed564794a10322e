import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { market as marketQuery } from "../../api/queries";
import type { Category, Document, Market } from "../../api/types";
import { FileInput } from "../../govuk/file";
import { Checkboxes, type FieldErrors, Form, Input, Submit, TextArea } from "../../govuk/form";
import { plain } from "../../govuk/money";
import { Await, NotFound, Page } from "../../govuk/page";
import { Details, Inset } from "../../govuk/show";
import { Descriptors } from "../../govuk/terms";

const ANSWER_MAX = 4000;

interface Given {
  reference: string;
  expires_on: string;
  document: Document | null;
}
type Evidence = Record<string, Given>;
const NOTHING: Given = { reference: "", expires_on: "", document: null };

function Join({ market, category }: { market: Market; category: Category }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [affirmed, setAffirmed] = useState<string[]>([]);
  const [evidence, setEvidence] = useState<Evidence>({});
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const standing = category.criteria.filter((criterion) => criterion.standing);
  const [sending, setSending] = useState(0);
  const of = (id: string) => evidence[id] ?? NOTHING;
  const change = (id: string, part: Partial<Given>) =>
    setEvidence((before) => ({ ...before, [id]: { ...(before[id] ?? NOTHING), ...part } }));
  const join = useAct(
    (form: { declarations: string[]; evidence: Evidence; answers: Record<string, string> }, key) =>
      must(
        api.POST("/api/markets/{id}/enrolments", {
          params: { path: { id: market.id } },
          body: {
            category_id: category.id,
            declarations: form.declarations,
            evidence: market.evidence.map(({ id }) => ({
              id,
              reference: form.evidence[id]?.reference.trim() ?? "",
              expires_on: form.evidence[id]?.expires_on || null,
              document_id: form.evidence[id]?.document?.id ?? null,
            })),
            answers: standing.map(({ id }) => ({ criterion_id: id, answer: form.answers[id]?.trim() ?? "" })),
          },
          headers: keyed(key),
        }),
      ),
    {
      onDone: async (enrolment) => {
        await cache.invalidateQueries({ queryKey: ["enrolments"] });
        void navigate(`/enrolments/${enrolment.id}`);
      },
    },
  );
  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    if (affirmed.length < market.declarations.length)
      wrong.declarations = "Every declaration is needed to join. If one is not true of you, write to the council first.";
    for (const { id, words } of market.evidence)
      if (!of(id).reference.trim()) wrong[`evidence.${id}`] = `Enter the reference of: ${words}`;
    for (const { id, name } of standing) {
      if (!answers[id]?.trim()) wrong[`answers.${id}`] = `Answer the question on ${name}`;
      else if (answers[id].trim().length > ANSWER_MAX) wrong[`answers.${id}`] = `Shorten your answer on ${name} to ${ANSWER_MAX} characters`;
    }
    if (sending > 0) wrong.evidence = "Wait until every document is sent, or stop sending it";
    if (Object.keys(wrong).length > 0) return wrong;
    join.mutate({ declarations: affirmed, evidence, answers });
  }
  return (
    <Page
      title={`Ask to join: ${category.name}`}
      caption={market.name}
      back={{ to: `/markets/${market.id}`, words: market.name }}
      authority={{ name: market.authority_name, colour: market.authority_colour }}
    >
      <div className="fl-prose">
        <p className="govuk-body">{category.needs}</p>
        <Inset>
          The council decides within {market.decide_within_working_days} working days of receiving this, or within{" "}
          {market.decide_within_working_days_extended} if it records why. You will be told the reasons either way.
        </Inset>
        <Form error={join.error} busy={join.isPending} onSubmit={check}>
          <Checkboxes
            name="declarations"
            label="Your declarations"
            hint="Tick each one that is true of your organisation."
            choices={market.declarations.map(({ id, words }) => ({ value: id, words }))}
            values={affirmed}
            onChange={setAffirmed}
          />
          {market.evidence.length > 0 ? <h2 className="govuk-heading-m">Your evidence</h2> : null}
          {market.evidence.map(({ id, words }) => (
            <fieldset className="govuk-fieldset govuk-!-margin-bottom-6" key={id}>
              <legend className="govuk-fieldset__legend govuk-fieldset__legend--s">{words}</legend>
              <Input
                name={`evidence.${id}`}
                label="Reference or number"
                value={of(id).reference}
                onChange={(reference) => change(id, { reference })}
              />
              <Input
                name={`evidence.${id}.expires_on`}
                type="date"
                width={10}
                label="Expires on (if it does)"
                value={of(id).expires_on}
                onChange={(expires_on) => change(id, { expires_on })}
              />
              <FileInput
                id={`evidence-${id}-document`}
                value={of(id).document}
                onChange={(document) => change(id, { document })}
                onBusy={(busy) => setSending((before) => before + (busy ? 1 : -1))}
              />
            </fieldset>
          ))}
          {standing.length > 0 ? (
            <>
              <h2 className="govuk-heading-m">Your answers</h2>
              <p className="govuk-body">
                You answer these once. The council gives each a mark before it admits you, and that mark counts at every opportunity.
              </p>
            </>
          ) : null}
          {standing.map((criterion) => (
            <div key={criterion.id}>
              <TextArea
                name={`answers.${criterion.id}`}
                label={criterion.name}
                labelSize="s"
                hint={`${criterion.question} (weight ${plain(criterion.weight)}${criterion.mark_min ? `, at least ${plain(criterion.mark_min)} of ${plain(criterion.mark_max)}` : ""})`}
                rows={8}
                limit={ANSWER_MAX}
                value={answers[criterion.id] ?? ""}
                onChange={(answer) => setAnswers((before) => ({ ...before, [criterion.id]: answer }))}
              />
              <Details summary="What each mark means">
                <Descriptors descriptors={criterion.descriptors} />
              </Details>
            </div>
          ))}
          <Submit busy={join.isPending}>Send your request</Submit>
        </Form>
      </div>
    </Page>
  );
}

export default function JoinPage() {
  const { id = "", category = "" } = useParams();
  return (
    <Await query={useQuery(marketQuery(id))}>
      {(market) => {
        const chosen = market.categories.find((one) => one.id === category);
        return chosen ? <Join market={market} category={chosen} /> : <NotFound />;
      }}
    </Await>
  );
}
