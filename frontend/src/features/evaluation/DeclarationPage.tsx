// Before the first answer: whether one has an interest in any of the bidders.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { declaration as declarationQuery, useMe } from "../../api/queries";
import type { DeclarationPage as Shown } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Radios, Submit, TextArea } from "../../govuk/form";
import { Await, Page } from "../../govuk/page";
import { Details, Inset, Warning, When } from "../../govuk/show";
import { hasRole } from "../../words";

function useDeclare(shown: Shown, then: (after: Shown) => void) {
  const cache = useQueryClient();
  return useAct(
    (body: { interest: string | null }, key) =>
      must(
        api.POST("/api/opportunities/{id}/declaration", {
          params: { path: { id: shown.opportunity_id } },
          body,
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after) => {
        cache.setQueryData(declarationQuery(shown.opportunity_id).queryKey, after);
        void cache.invalidateQueries({ queryKey: ["opportunity", shown.opportunity_id] });
        then(after);
      },
    },
  );
}

function Declare({ shown }: { shown: Shown }) {
  const me = useMe();
  const navigate = useNavigate();
  const [choice, setChoice] = useState("");
  const [words, setWords] = useState("");
  const act = useDeclare(shown, (after) => {
    announce("Your declaration is recorded.");
    const reads = hasRole(me, "evaluator", "commissioner", "auditor");
    if (reads && after.mine.every((one) => one.interest === null)) void navigate(`/opportunities/${shown.opportunity_id}/evaluation`);
  });
  return (
    <Form
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (!choice) return { choice: "Choose whether you have an interest in any of these bidders" };
        if (choice === "interest" && !words.trim()) return { interest: "Enter what your interest is" };
        act.mutate({ interest: choice === "interest" ? words.trim() : null });
      }}
    >
      <Radios
        name="choice"
        label="Do you have an interest in any of these bidders?"
        choices={[
          { value: "none", words: "I have no interest in any of these bidders" },
          {
            value: "interest",
            words: "I have an interest",
            hint: "You will take no part in this evaluation, and cannot approve its award.",
          },
        ]}
        value={choice}
        onChange={setChoice}
      />
      {choice === "interest" ? <Words words={words} setWords={setWords} /> : null}
      <Submit busy={act.isPending}>Declare</Submit>
    </Form>
  );
}

function Words({ words, setWords }: { words: string; setWords: (words: string) => void }) {
  return (
    <TextArea
      name="interest"
      label="What your interest is"
      labelSize="s"
      hint="Which bidder, and how you are connected with it. Commissioners and auditors who have no interest can read this. It is kept for ever."
      value={words}
      onChange={setWords}
      limit={4000}
    />
  );
}

/** An interest that arose after one had declared that there was none */
function Later({ shown }: { shown: Shown }) {
  const [words, setWords] = useState("");
  const act = useDeclare(shown, () => announce("Your interest is recorded."));
  const locked = ["priced", "recommended", "standstill", "challenged", "awarded"].includes(shown.stage);
  return (
    <Details summary="An interest has arisen since">
      <Warning>
        {!shown.has_marked
          ? "From then on you take no part in this evaluation. A declared interest cannot be taken back."
          : locked
            ? "Prices are open, so your marks stand as they were locked; your declaration is shown beside them. It cannot be taken back."
            : "From then on you take no part in this evaluation, and the marks that you have given no longer count: they are kept, and shown as set aside. It cannot be taken back."}
      </Warning>
      <Form
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!words.trim()) return { interest: "Enter what your interest is" };
          act.mutate({ interest: words.trim() });
        }}
      >
        <Words words={words} setWords={setWords} />
        <Submit busy={act.isPending} kind="warning">
          Declare this interest
        </Submit>
      </Form>
    </Details>
  );
}

function Declared({ shown }: { shown: Shown }) {
  const me = useMe();
  const interest = shown.mine.some((one) => one.interest !== null);
  return (
    <>
      <h2 className="govuk-heading-m">What you have declared</h2>
      <ul className="govuk-list fl-prose">
        {shown.mine.map((one) => (
          <li key={one.at + (one.interest ?? "")}>
            {one.interest === null ? (
              "That you have no interest in any of these bidders"
            ) : (
              <>
                That you have an interest: <span className="fl-typed">{one.interest}</span>
              </>
            )}{" "}
            <span className="fl-quiet fl-small">
              <When at={one.at} />
            </span>
          </li>
        ))}
      </ul>
      {interest ? (
        <Inset>
          You take no part in this evaluation: you cannot read its answers, mark, moderate, open prices or recommend, and you cannot
          approve its award.
        </Inset>
      ) : (
        <>
          {hasRole(me, "evaluator", "commissioner", "auditor") ? (
            <p className="govuk-body">
              <Link to={`/opportunities/${shown.opportunity_id}/evaluation`} className="govuk-link">
                Go to the answers
              </Link>
            </p>
          ) : null}
          <Later shown={shown} />
        </>
      )}
    </>
  );
}

export default function DeclarationPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(declarationQuery(id))}>
      {(shown) => (
        <Page
          title="Your interests"
          caption={`${shown.reference}, ${shown.title}`}
          back={{ to: `/opportunities/${id}`, words: "The opportunity" }}
        >
          <div className="fl-prose">
            <p className="govuk-body">
              Nobody reads an answer before they have declared whether they have an interest in any of the bidders: you, your family,
              your friends, or an organisation that you belong to.
            </p>
            <h2 className="govuk-heading-m">Who has bid</h2>
            <ul className="govuk-list govuk-list--bullet">
              {shown.bidders.map((name) => (
                <li key={name}>{name}</li>
              ))}
            </ul>
            <p className="govuk-body fl-quiet">The answers that you will read do not say whose they are.</p>
            {shown.mine.length === 0 ? <Declare shown={shown} /> : <Declared shown={shown} />}
          </div>
        </Page>
      )}
    </Await>
  );
}
