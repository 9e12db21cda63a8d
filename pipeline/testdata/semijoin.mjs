// Times DuckDB's semi-join of a combo list with the accounts of an export, as somebody would write it who
// has no credsieve: node semijoin.mjs ACCOUNTS.csv LIST THREADS ROUNDS. Prints one JSON object. The accounts
// are loaded before the clock starts.
import { DuckDBInstance } from "@duckdb/node-api";

const [accounts, list, threads, rounds] = process.argv.slice(2);
const quote = (text) => "'" + text.replaceAll("'", "''") + "'";
const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();
await connection.run(`CREATE TABLE ours AS
  SELECT DISTINCT lower(trim(email)) AS email FROM read_csv(${quote(accounts)}, header = true, all_varchar = true)
  WHERE email IS NOT NULL`);
const query = `SELECT count(*) FROM read_csv(${quote(list)}, header = false, delim = '\\x01', quote = '', escape = '',
    auto_detect = false, ignore_errors = true, columns = {'line': 'VARCHAR'}) leaked
  SEMI JOIN ours ON lower(trim(split_part(leaked.line, ':', 1))) = ours.email`;
const nanoseconds = [];
let records = 0;
for (let round = 0; round < Number(rounds); round++) {
  const begin = process.hrtime.bigint();
  const reader = await connection.runAndReadAll(query);
  nanoseconds.push(Number(process.hrtime.bigint() - begin));
  records = Number(reader.getRows()[0][0]);
}
const version = (await connection.runAndReadAll("SELECT version()")).getRows()[0][0];
console.log(JSON.stringify({ version, records, nanoseconds }));
