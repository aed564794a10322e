import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearchParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { carePackage } from "../../api/queries";
import type { Package, PackageForm } from "../../api/types";
import { Await, Page } from "../../govuk/page";
import { PackageEditor } from "./PackageEditor";

/** What another package says is a start; whose it was is not. */
function New({ from, marked }: { from?: Package; marked?: string }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const draft = useAct(
    (body: PackageForm, key) => must(api.POST("/api/packages", { body, headers: keyed(key) })),
    {
      onDone: (saved) => {
        cache.setQueryData(carePackage(saved.id).queryKey, saved);
        void cache.invalidateQueries({ queryKey: ["packages"] });
        void navigate(`/packages/${saved.id}`);
      },
    },
  );
  return (
    <Page title="Draft a package" back={{ to: "/packages", words: "Packages" }}>
      <PackageEditor
        from={from ? { ...from, person_reference: "", preference: null } : undefined}
        marked={marked}
        error={draft.error} busy={draft.isPending} save={draft.mutate} />
    </Page>
  );
}

export default function NewPackagePage() {
  const [asked] = useSearchParams();
  const from = asked.get("from");
  const copied = useQuery({ ...carePackage(from ?? ""), enabled: !!from });
  if (!from) return <New />;
  return <Await query={copied}>{(found) => <New from={found} marked={asked.get("change") ?? undefined} />}</Await>;
}
