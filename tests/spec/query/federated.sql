# two departments: each is asked for the subject's rows, DuckDB joins them
SELECT h.division, l.status FROM population.hukou AS h JOIN market.licence AS l ON l.legal_rep_id = h.id_number
=> sqlite market (subject) into market.licence
SELECT "__raw"."legal_rep_id" AS "legal_rep_id", "__raw"."status" AS "status"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."legal_rep_id" = ?1
=> sqlite police (subject) into population.hukou
SELECT "__raw"."id_number" AS "id_number", "__raw"."division" AS "division"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1
=> duckdb (subject)
SELECT "h"."division" AS "division", "l"."status" AS "status"
FROM (SELECT "__raw"."id_number" AS "id_number", "__raw"."division" AS "division"
FROM (SELECT CAST("__raw"."id_number" AS TEXT) AS "id_number", CAST("__raw"."division" AS TEXT)
AS "division"
FROM "temp"."population.hukou" AS "__raw") AS "__raw"
WHERE "__raw"."id_number" = $subject) AS "h"
JOIN (SELECT CASE WHEN LENGTH("__raw"."legal_rep_id") > 14 THEN
SUBSTRING("__raw"."legal_rep_id", 1, 6) || '********' || SUBSTRING("__raw"."legal_rep_id",
LENGTH("__raw"."legal_rep_id") - 3, 4) WHEN NOT "__raw"."legal_rep_id" IS NULL THEN '********'
END AS "legal_rep_id", "__raw"."status" AS "status"
FROM (SELECT CAST("__raw"."legal_rep_id" AS TEXT) AS "legal_rep_id", CAST("__raw"."status" AS
TEXT) AS "status"
FROM "temp"."market.licence" AS "__raw") AS "__raw"
WHERE "__raw"."legal_rep_id" = $subject) AS "l" ON "l"."legal_rep_id" = "h"."id_number"

# the lake is read beside what is fetched
for: enterprise
SELECT l.status, s.standing FROM market.licence AS l LEFT JOIN tax.standing AS s ON s.uscc = l.uscc
=> sqlite market (subject) into market.licence
SELECT "__raw"."uscc" AS "uscc", "__raw"."status" AS "status"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."uscc" = ?1
=> duckdb (subject) from lake tax.standing
SELECT "l"."status" AS "status", "s"."standing" AS "standing"
FROM (SELECT "__raw"."uscc" AS "uscc", "__raw"."status" AS "status"
FROM (SELECT CAST("__raw"."uscc" AS TEXT) AS "uscc", CAST("__raw"."status" AS TEXT) AS "status"
FROM "temp"."market.licence" AS "__raw") AS "__raw"
WHERE "__raw"."uscc" = $subject) AS "l"
LEFT JOIN (SELECT "__raw"."uscc" AS "uscc", "__raw"."standing" AS "standing"
FROM "lake"."tax.standing" AS "__raw"
WHERE "__raw"."uscc" = $subject) AS "s" ON "s"."uscc" = "l"."uscc"

# the lake alone, bound to the subject
for: enterprise
SELECT standing FROM tax.standing
=> duckdb (subject) from lake tax.standing
SELECT "standing"."standing" AS "standing"
FROM (SELECT "__raw"."standing" AS "standing"
FROM "lake"."tax.standing" AS "__raw"
WHERE "__raw"."uscc" = $subject) AS "standing"

# reference data are about nobody: unbound, from the lake
SELECT title FROM ref.industry WHERE code = '6210'
=> duckdb () from lake ref.industry
SELECT "industry"."title" AS "title"
FROM (SELECT "__raw"."code" AS "code", "__raw"."title" AS "title"
FROM "lake"."ref.industry" AS "__raw") AS "industry"
WHERE "industry"."code" = '6210'

# one dataset twice is fetched once
SELECT a.division FROM population.hukou AS a CROSS JOIN market.licence AS l JOIN population.hukou AS b ON a.division = b.division
=> sqlite market (subject) into market.licence
SELECT "__raw"."legal_rep_id" AS "legal_rep_id"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."legal_rep_id" = ?1
=> sqlite police (subject) into population.hukou
SELECT "__raw"."id_number" AS "id_number", "__raw"."division" AS "division"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1
=> duckdb (subject)
SELECT "a"."division" AS "division"
FROM (SELECT "__raw"."division" AS "division"
FROM (SELECT CAST("__raw"."id_number" AS TEXT) AS "id_number", CAST("__raw"."division" AS TEXT)
AS "division"
FROM "temp"."population.hukou" AS "__raw") AS "__raw"
WHERE "__raw"."id_number" = $subject) AS "a" CROSS
JOIN (SELECT 1 AS "__row"
FROM (SELECT CAST("__raw"."legal_rep_id" AS TEXT) AS "legal_rep_id"
FROM "temp"."market.licence" AS "__raw") AS "__raw"
WHERE "__raw"."legal_rep_id" = $subject) AS "l"
JOIN (SELECT "__raw"."division" AS "division"
FROM (SELECT CAST("__raw"."id_number" AS TEXT) AS "id_number", CAST("__raw"."division" AS TEXT)
AS "division"
FROM "temp"."population.hukou" AS "__raw") AS "__raw"
WHERE "__raw"."id_number" = $subject) AS "b" ON "a"."division" = "b"."division"

# arithmetic is DuckDB's
SELECT children + 1 AS more FROM population.person
=> sqlite police (subject) into population.person
SELECT "__raw"."id_number" AS "id_number", "__raw"."alive" AS "alive",
"__raw"."children" AS "children"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")
=> duckdb (subject)
SELECT "person"."children" + 1 AS "more"
FROM (SELECT "__raw"."children" AS "children"
FROM (SELECT CAST("__raw"."id_number" AS TEXT) AS "id_number", CAST("__raw"."alive" AS
BOOLEAN) AS "alive", CAST("__raw"."children" AS BIGINT) AS "children"
FROM "temp"."population.person" AS "__raw") AS "__raw"
WHERE "__raw"."id_number" = $subject AND ("__raw"."alive")) AS "person"

# a union is DuckDB's
SELECT division FROM population.hukou UNION SELECT status FROM market.licence
=> sqlite market (subject) into market.licence
SELECT "__raw"."legal_rep_id" AS "legal_rep_id", "__raw"."status" AS "status"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."legal_rep_id" = ?1
=> sqlite police (subject) into population.hukou
SELECT "__raw"."id_number" AS "id_number", "__raw"."division" AS "division"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1
=> duckdb (subject)
SELECT "hukou"."division" AS "division"
FROM (SELECT "__raw"."division" AS "division"
FROM (SELECT CAST("__raw"."id_number" AS TEXT) AS "id_number", CAST("__raw"."division" AS TEXT)
AS "division"
FROM "temp"."population.hukou" AS "__raw") AS "__raw"
WHERE "__raw"."id_number" = $subject) AS "hukou"
UNION SELECT "licence"."status" AS "status"
FROM (SELECT "__raw"."status" AS "status"
FROM (SELECT CAST("__raw"."legal_rep_id" AS TEXT) AS "legal_rep_id", CAST("__raw"."status" AS
TEXT) AS "status"
FROM "temp"."market.licence" AS "__raw") AS "__raw"
WHERE "__raw"."legal_rep_id" = $subject) AS "licence"

# a scalar subquery that may have two rows is DuckDB's to refuse
SELECT (SELECT division FROM population.hukou) AS division
=> sqlite police (subject) into population.hukou
SELECT "__raw"."id_number" AS "id_number", "__raw"."division" AS "division"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1
=> duckdb (subject)
SELECT (SELECT "hukou"."division" AS "division"
FROM (SELECT "__raw"."division" AS "division"
FROM (SELECT CAST("__raw"."id_number" AS TEXT) AS "id_number", CAST("__raw"."division" AS TEXT)
AS "division"
FROM "temp"."population.hukou" AS "__raw") AS "__raw"
WHERE "__raw"."id_number" = $subject) AS "hukou") AS "division"

# one that cannot is pushed down
SELECT (SELECT max(division) FROM population.hukou) AS division
=> sqlite police (subject)
SELECT (SELECT MAX("hukou"."division") AS "_col_0"
FROM (SELECT "__raw"."division" AS "division"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1) AS "hukou") AS "division"

# a conversion that fails gives NULL, for an error would quote the value
SELECT CAST(division AS INT) AS code FROM population.hukou
=> sqlite police (subject) into population.hukou
SELECT "__raw"."id_number" AS "id_number", "__raw"."division" AS "division"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1
=> duckdb (subject)
SELECT TRY_CAST("hukou"."division" AS INT) AS "code"
FROM (SELECT "__raw"."division" AS "division"
FROM (SELECT CAST("__raw"."id_number" AS TEXT) AS "id_number", CAST("__raw"."division" AS TEXT)
AS "division"
FROM "temp"."population.hukou" AS "__raw") AS "__raw"
WHERE "__raw"."id_number" = $subject) AS "hukou"
