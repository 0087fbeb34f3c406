# an alias that is another dataset's name
SELECT person.division FROM population.hukou AS person
=> sqlite police (subject)
SELECT "person"."division" AS "division"
FROM (SELECT "__raw"."division" AS "division"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1) AS "person"

# an alias that is a column's name
SELECT sex.sex FROM population.person AS sex
=> sqlite police (subject)
SELECT "sex"."sex" AS "sex"
FROM (SELECT "__raw"."sex" AS "sex"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "sex"

# a WITH query called like a dataset's table does not stand for it
WITH hukou AS (SELECT sex FROM population.person) SELECT h.division FROM population.hukou AS h, hukou
=> sqlite police (subject)
WITH "hukou" AS (SELECT "person"."sex" AS "sex"
FROM (SELECT "__raw"."sex" AS "sex"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "person")
SELECT "h"."division" AS "division"
FROM (SELECT "__raw"."division" AS "division"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1) AS "h", "hukou" AS "hukou"

# the innermost WITH wins
WITH q AS (SELECT sex AS a FROM population.person) SELECT a FROM (WITH q AS (SELECT division AS a FROM population.hukou) SELECT a FROM q) AS r
=> sqlite police (subject) into population.hukou
SELECT "__raw"."id_number" AS "id_number", "__raw"."division" AS "division"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1
=> sqlite police (subject) into population.person
SELECT "__raw"."id_number" AS "id_number", "__raw"."sex" AS "sex", "__raw"."alive" AS
"alive"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")
=> duckdb (subject)
WITH "q" AS (SELECT "person"."sex" AS "a"
FROM (SELECT "__raw"."sex" AS "sex"
FROM (SELECT CAST("__raw"."id_number" AS TEXT) AS "id_number", CAST("__raw"."sex" AS
TEXT) AS "sex", CAST("__raw"."alive" AS BOOLEAN) AS "alive"
FROM "temp"."population.person" AS "__raw") AS "__raw"
WHERE "__raw"."id_number" = $subject AND ("__raw"."alive")) AS "person")
SELECT "r"."a" AS "a"
FROM (WITH "q" AS (SELECT "hukou"."division" AS "a"
FROM (SELECT "__raw"."division" AS "division"
FROM (SELECT CAST("__raw"."id_number" AS TEXT) AS "id_number", CAST("__raw"."division"
AS TEXT) AS "division"
FROM "temp"."population.hukou" AS "__raw") AS "__raw"
WHERE "__raw"."id_number" = $subject) AS "hukou")
SELECT "q"."a" AS "a"
FROM "q" AS "q") AS "r"

# a WITH query sees only those before it
WITH a AS (SELECT sex AS k FROM population.person), b AS (SELECT k FROM a) SELECT k FROM b
=> sqlite police (subject)
WITH "a" AS (SELECT "person"."sex" AS "k"
FROM (SELECT "__raw"."sex" AS "sex"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "person"), "b" AS (SELECT
"a"."k" AS "k"
FROM "a" AS "a")
SELECT "b"."k" AS "k"
FROM "b" AS "b"

# column names given in WITH
WITH q(a, b) AS (SELECT sex, alive FROM population.person) SELECT a FROM q WHERE b
=> sqlite police (subject)
WITH "q" AS (SELECT "person"."sex" AS "a", "person"."alive" AS "b"
FROM (SELECT "__raw"."sex" AS "sex", "__raw"."alive" AS "alive"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "person")
SELECT "q"."a" AS "a"
FROM "q" AS "q"
WHERE "q"."b"

# names with quotes and signs stay names
SELECT sex AS "a""; DROP TABLE x --" FROM population.person
=> sqlite police (subject)
SELECT "person"."sex" AS "a""; drop table x --"
FROM (SELECT "__raw"."sex" AS "sex"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "person"

# USING
SELECT id_number, division FROM population.person JOIN population.hukou USING (id_number)
=> sqlite police (subject)
SELECT COALESCE("person"."id_number", "hukou"."id_number") AS "id_number", "hukou"."division" AS
"division"
FROM (SELECT "__raw"."id_number" AS "id_number"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "person"
JOIN (SELECT "__raw"."id_number" AS "id_number", "__raw"."division" AS "division"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1) AS "hukou" ON "person"."id_number" = "hukou"."id_number"

# an alias in WHERE
SELECT sex AS s FROM population.person WHERE s = 'f'
=> sqlite police (subject)
SELECT "person"."sex" AS "s"
FROM (SELECT "__raw"."sex" AS "sex"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "person"
WHERE "person"."sex" = 'f'

# GROUP BY a place
for: everyone
SELECT sex, count(*) AS n FROM population.person GROUP BY 1
=> duckdb (__today) from lake population.person
SELECT "person"."sex" AS "sex", COUNT(*) AS "n"
FROM (SELECT "__raw"."sex" AS "sex"
FROM "lake"."population.person" AS "__raw"
WHERE ("__raw"."alive" AND "__raw"."birth_date" <= $__today)) AS "person"
GROUP BY "person"."sex"
ORDER BY 1, 2

# an alias in DISTINCT ON and ORDER BY
for: everyone
SELECT DISTINCT ON (status) status, name FROM market.licence ORDER BY status, name
=> duckdb () from lake market.licence
SELECT DISTINCT ON ("status") "licence"."status" AS "status", "licence"."name" AS "name"
FROM (SELECT "__raw"."name" AS "name", "__raw"."status" AS "status"
FROM "lake"."market.licence" AS "__raw") AS "licence"
ORDER BY "status", "name"
