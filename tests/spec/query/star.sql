# a star is what is granted, in the order of the catalogue
SELECT * FROM market.licence
=> sqlite market (subject)
SELECT "licence"."uscc" AS "uscc", "licence"."name" AS "name", "licence"."legal_rep_id" AS
"legal_rep_id", "licence"."status" AS "status", "licence"."opened" AS "opened",
"licence"."industry" AS "industry"
FROM (SELECT "__raw"."uscc" AS "uscc", "__raw"."name" AS "name", CASE WHEN
LENGTH("__raw"."legal_rep_id") > 14 THEN SUBSTRING("__raw"."legal_rep_id", 1, 6) || '********'
|| SUBSTRING("__raw"."legal_rep_id", LENGTH("__raw"."legal_rep_id") - 3, 4) WHEN NOT
"__raw"."legal_rep_id" IS NULL THEN '********' END AS "legal_rep_id", "__raw"."status" AS
"status", "__raw"."opened" AS "opened", "__raw"."industry" AS "industry"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."legal_rep_id" = ?1) AS "licence"

# of everyone: what is granted and the purpose lists
for: everyone
SELECT * FROM market.licence
=> duckdb () from lake market.licence
SELECT "licence"."uscc" AS "uscc", "licence"."name" AS "name", "licence"."legal_rep_id" AS
"legal_rep_id", "licence"."status" AS "status", "licence"."opened" AS "opened",
"licence"."industry" AS "industry"
FROM (SELECT "__raw"."uscc" AS "uscc", "__raw"."name" AS "name", "__raw"."legal_rep_id" AS
"legal_rep_id", "__raw"."status" AS "status", "__raw"."opened" AS "opened", "__raw"."industry"
AS "industry"
FROM "lake"."market.licence" AS "__raw") AS "licence"

# without one
SELECT * EXCLUDE (name, status) FROM market.licence
=> sqlite market (subject)
SELECT "licence"."uscc" AS "uscc", "licence"."legal_rep_id" AS "legal_rep_id",
"licence"."opened" AS "opened", "licence"."industry" AS "industry"
FROM (SELECT "__raw"."uscc" AS "uscc", CASE WHEN LENGTH("__raw"."legal_rep_id") > 14 THEN
SUBSTRING("__raw"."legal_rep_id", 1, 6) || '********' || SUBSTRING("__raw"."legal_rep_id",
LENGTH("__raw"."legal_rep_id") - 3, 4) WHEN NOT "__raw"."legal_rep_id" IS NULL THEN '********'
END AS "legal_rep_id", "__raw"."opened" AS "opened", "__raw"."industry" AS "industry"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."legal_rep_id" = ?1) AS "licence"

# of one of two
SELECT h.*, p.sex FROM population.hukou AS h JOIN population.person AS p ON p.id_number = h.id_number
=> sqlite police (subject)
SELECT "h"."id_number" AS "id_number", "h"."division" AS "division", "p"."sex" AS "sex"
FROM (SELECT "__raw"."id_number" AS "id_number", "__raw"."division" AS "division"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1) AS "h"
JOIN (SELECT "__raw"."id_number" AS "id_number", "__raw"."sex" AS "sex"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "p" ON "p"."id_number" =
"h"."id_number"

# through two WITH queries
WITH a AS (SELECT * FROM market.licence), b AS (SELECT * FROM a) SELECT name FROM b
=> sqlite market (subject)
WITH "a" AS (SELECT "licence"."uscc" AS "uscc", "licence"."name" AS "name",
"licence"."legal_rep_id" AS "legal_rep_id", "licence"."status" AS "status",
"licence"."opened" AS "opened", "licence"."industry" AS "industry"
FROM (SELECT "__raw"."uscc" AS "uscc", "__raw"."name" AS "name", CASE WHEN
LENGTH("__raw"."legal_rep_id") > 14 THEN SUBSTRING("__raw"."legal_rep_id", 1, 6) ||
'********' || SUBSTRING("__raw"."legal_rep_id", LENGTH("__raw"."legal_rep_id") - 3, 4)
WHEN NOT "__raw"."legal_rep_id" IS NULL THEN '********' END AS "legal_rep_id",
"__raw"."status" AS "status", "__raw"."opened" AS "opened", "__raw"."industry" AS
"industry"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."legal_rep_id" = ?1) AS "licence"), "b" AS (SELECT "a"."uscc" AS "uscc",
"a"."name" AS "name", "a"."legal_rep_id" AS "legal_rep_id", "a"."status" AS "status",
"a"."opened" AS "opened", "a"."industry" AS "industry"
FROM "a" AS "a")
SELECT "b"."name" AS "name"
FROM "b" AS "b"
