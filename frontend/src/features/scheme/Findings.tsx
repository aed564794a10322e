import type { Finding } from "../../api/types";
import { Tag } from "../../govuk/show";
import { findingWords } from "./words";

/** What is amiss: it stops nothing that is in force. */
export function Findings({ findings }: { findings: Finding[] }) {
  return (
    <ul className="govuk-list fl-findings fl-prose">
      {findings.map((finding) => (
        <li key={finding.kind + finding.words}>
          <Tag colour={finding.kind === "overlap" || finding.kind === "gap" ? "yellow" : "orange"}>{findingWords[finding.kind]}</Tag>{" "}
          {finding.words}
        </li>
      ))}
    </ul>
  );
}
