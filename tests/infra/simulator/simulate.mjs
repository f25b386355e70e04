// Requests on standard input, one JSON list of simulations; on standard output one verdict each.
import { runSimulation } from "@cloud-copilot/iam-simulate";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);

function statements(result) {
  const analysis = result.result?.analysis?.identityAnalysis;
  return (analysis?.allowStatements ?? []).map((one) => one.statement.sid() ?? "");
}

const verdicts = [];
for (const simulation of JSON.parse(Buffer.concat(chunks).toString())) {
  const result = await runSimulation(simulation, {});
  verdicts.push({ result: result.overallResult ?? "error", by: statements(result), errors: result.errors ?? null });
}
process.stdout.write(JSON.stringify(verdicts));
