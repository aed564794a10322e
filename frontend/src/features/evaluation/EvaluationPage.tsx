import { useQuery } from "@tanstack/react-query";
import { Navigate, useParams } from "react-router";
import { Refused } from "../../api/client";
import { evaluation as evaluationQuery, useMe } from "../../api/queries";
import type { Evaluation } from "../../api/types";
import { Await, Page } from "../../govuk/page";
import { Inset, Tag } from "../../govuk/show";
import { hasRole, stageColours, stageWords } from "../../words";
import { Marking, Reading } from "./Marking";
import { Moderation } from "./Moderation";
import { Declarations, Finish, Links, OpenPrices, Panel, Progress } from "./Side";

/** Marking is over for oneself, and not for all. */
function Waiting({ shown }: { shown: Evaluation }) {
  const own = shown.panel.find((one) => one.mine);
  if (own?.state === "finished")
    return <Inset>You have finished: your marks are locked. You will see the others’ marks here once every evaluator has finished.</Inset>;
  if (own?.state === "released") return <Inset>You were released from this evaluation: your marks do not count.</Inset>;
  return shown.stage === "marking" ? (
    <Inset>No provider’s name, no price and no mark is shown until every evaluator has finished.</Inset>
  ) : null;
}

function titleOf(shown: Evaluation): string {
  if (shown.marks_shown) return shown.can.includes("moderate") ? "Moderation" : "Answers and marks";
  return shown.can.includes("mark") ? "Mark the answers" : "Answers";
}

export default function EvaluationPage() {
  const { id = "" } = useParams();
  const me = useMe();
  const query = useQuery(evaluationQuery(id));
  if (query.error instanceof Refused && query.error.problem.code === "declaration_needed")
    return <Navigate to={`/opportunities/${id}/declaration`} replace />;
  return (
    <Await query={query}>
      {(shown) => (
        <Page
          title={titleOf(shown)}
          caption={`${shown.reference}, ${shown.title}`}
          back={{ to: `/opportunities/${id}`, words: "The opportunity" }}
        >
          <p>
            <Tag colour={stageColours[shown.stage]}>{stageWords[shown.stage]}</Tag>
          </p>
          <div className="fl-columns">
            <div>
              {shown.bids.length === 0 ? <p className="govuk-body">There is no bid to mark.</p> : null}
              {shown.marks_shown ? (
                <Moderation shown={shown} />
              ) : shown.can.includes("mark") ? (
                <Marking shown={shown} />
              ) : (
                <>
                  <Waiting shown={shown} />
                  <Reading shown={shown} />
                </>
              )}
            </div>
            {/* On a phone the answer that is marked comes first. */}
            <div className={shown.can.includes("mark") && !shown.marks_shown ? "fl-side" : "fl-side fl-side--first"}>
              <Progress shown={shown} />
              {shown.can.includes("mark") && !shown.marks_shown ? <Finish shown={shown} /> : null}
              <Panel shown={shown} />
              {shown.stage === "marking" && hasRole(me, "commissioner") ? <OpenPrices shown={shown} /> : null}
              <Declarations shown={shown} />
              <Links shown={shown} />
            </div>
          </div>
        </Page>
      )}
    </Await>
  );
}
