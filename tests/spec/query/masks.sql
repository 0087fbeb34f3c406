# a masked item is masked before it is compared
SELECT name FROM population.person WHERE name = '张三'
=> sqlite police (subject)
SELECT "person"."name" AS "name"
FROM (SELECT SUBSTRING("__raw"."name", 1, 1) || '**' AS "name"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "person"
WHERE "person"."name" = '张三'

# and before it is sorted or grouped
for: everyone
SELECT address, count(*) AS n FROM population.person GROUP BY address ORDER BY address
=> duckdb (__today) from lake population.person
SELECT "person"."address" AS "address", COUNT(*) AS "n"
FROM (SELECT CASE WHEN LENGTH("__raw"."address") > 6 THEN SUBSTRING("__raw"."address", 1, 6) ||
'****' WHEN NOT "__raw"."address" IS NULL THEN '****' END AS "address"
FROM "lake"."population.person" AS "__raw"
WHERE ("__raw"."alive" AND "__raw"."birth_date" <= $__today)) AS "person"
GROUP BY "person"."address"
ORDER BY "address", 1, 2

# and before two datasets meet on it
for: everyone
SELECT l.name FROM market.licence AS l JOIN population.person AS p ON p.id_number = l.legal_rep_id
=> duckdb (__today) from lake market.licence, population.person
SELECT "l"."name" AS "name"
FROM (SELECT "__raw"."name" AS "name", "__raw"."legal_rep_id" AS "legal_rep_id"
FROM "lake"."market.licence" AS "__raw") AS "l"
JOIN (SELECT CASE WHEN LENGTH("__raw"."id_number") > 14 THEN SUBSTRING("__raw"."id_number", 1,
6) || '********' || SUBSTRING("__raw"."id_number", LENGTH("__raw"."id_number") - 3, 4) WHEN NOT
"__raw"."id_number" IS NULL THEN '********' END AS "id_number"
FROM "lake"."population.person" AS "__raw"
WHERE ("__raw"."alive" AND "__raw"."birth_date" <= $__today)) AS "p" ON "p"."id_number" =
"l"."legal_rep_id"
ORDER BY 1

# an item that the grant reveals is not masked
for: everyone
SELECT legal_rep_id FROM market.licence
=> duckdb () from lake market.licence
SELECT "licence"."legal_rep_id" AS "legal_rep_id"
FROM (SELECT "__raw"."legal_rep_id" AS "legal_rep_id"
FROM "lake"."market.licence" AS "__raw") AS "licence"

# the subject is bound by the raw number although it is shown masked
SELECT legal_rep_id FROM market.licence
=> sqlite market (subject)
SELECT "licence"."legal_rep_id" AS "legal_rep_id"
FROM (SELECT CASE WHEN LENGTH("__raw"."legal_rep_id") > 14 THEN
SUBSTRING("__raw"."legal_rep_id", 1, 6) || '********' || SUBSTRING("__raw"."legal_rep_id",
LENGTH("__raw"."legal_rep_id") - 3, 4) WHEN NOT "__raw"."legal_rep_id" IS NULL THEN '********'
END AS "legal_rep_id"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."legal_rep_id" = ?1) AS "licence"

# a mask that SQLite does not have alike: DuckDB
SELECT income FROM population.person
=> sqlite police (subject) into population.person
SELECT "__raw"."id_number" AS "id_number", "__raw"."alive" AS "alive", "__raw"."income"
AS "income"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")
=> duckdb (subject)
SELECT "person"."income" AS "income"
FROM (SELECT "__raw"."income" - "__raw"."income" % 100000 AS "income"
FROM (SELECT CAST("__raw"."id_number" AS TEXT) AS "id_number", CAST("__raw"."alive" AS
BOOLEAN) AS "alive", CAST("__raw"."income" AS BIGINT) AS "income"
FROM "temp"."population.person" AS "__raw") AS "__raw"
WHERE "__raw"."id_number" = $subject AND ("__raw"."alive")) AS "person"

# a day shown as its year
for: everyone
SELECT birth_date FROM population.person
=> duckdb (__today) from lake population.person
SELECT "person"."birth_date" AS "birth_date"
FROM (SELECT CAST(DATE_TRUNC('YEAR', "__raw"."birth_date") AS DATE) AS "birth_date"
FROM "lake"."population.person" AS "__raw"
WHERE ("__raw"."alive" AND "__raw"."birth_date" <= $__today)) AS "person"
ORDER BY 1

# rows kept back are gone before a condition that may fail is tried
for: everyone
SELECT sex FROM population.person WHERE children + 1 > 2
=> duckdb (__today) from lake population.person
SELECT "person"."sex" AS "sex"
FROM (SELECT "__raw"."sex" AS "sex", "__raw"."children" AS "children"
FROM "lake"."population.person" AS "__raw"
WHERE ("__raw"."alive" AND "__raw"."birth_date" <= $__today) OFFSET 0) AS "person"
WHERE "person"."children" + 1 > 2
ORDER BY 1
