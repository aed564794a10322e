// What the people of a provider may do, in words.
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Team = Schemas["TeamView"];
export type Colleague = Schemas["Colleague"];
export type Invitation = Schemas["InvitationView"];
export type ProviderRole = Schemas["ProviderRole"];

export const roleChoices: { value: ProviderRole; words: string; hint: string }[] = [
  { value: "viewer", words: "Viewer", hint: "Sees opportunities and what you have bid for. Changes nothing, and gets no emails about work." },
  { value: "bidder", words: "Bidder", hint: "Bids, answers questions about prices, and publishes spare hours." },
  { value: "administrator", words: "Administrator", hint: "Bids too, asks to join markets, gives evidence, and looks after this team." },
];
