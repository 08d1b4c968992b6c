/** How the statements of a batch are told apart, by what only one of them says. */
const names: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["begin", /^begin\b/],
  ["commit", /^commit\b/],
  ["rollback", /^rollback\b/],
  ["settings", /set_config\('role'/],
  ["claim locks", /pg_try_advisory_xact_lock/],
  ["stored answers", /join idempotency answered/],
  ["store answers", /insert into idempotency/],
  ["references", /as asked \(company_id, client_reference\)/],
  ["stock levels", /from unnest\(\$1::uuid\[\]\) as asked \(offer_id\)[\s\S]*for no key update of s/],
  ["credit accounts", /credit_accounts[\s\S]*for no key update/],
  ["checkouts", /insert into checkouts/],
  ["orders", /insert into orders/],
  ["reservations", /insert into reservations/],
  ["credit", /update credit_accounts/],
  ["deadlines", /insert into deadlines/],
  ["events", /insert into events/],
  ["facts", /tax_rates[\s\S]*api_keys|api_keys[\s\S]*tax_rates/],
  ["numbering", /update events/],
  ["sequencer", /event_sequencer/],
  ["signing in", /from api_keys/],
];

/** The name of a statement of the server, or the beginning of its text. */
export function statementName(text: string): string {
  const plain = text.trim();
  return names.find(([, pattern]) => pattern.test(plain))?.[0] ?? plain.replaceAll(/\s+/g, " ").slice(0, 60);
}
