# everyone: the lake, with the grant's filter under everything
for: everyone
SELECT sex FROM population.person WHERE children > 2
=> duckdb (__today) from lake population.person
SELECT "person"."sex" AS "sex"
FROM (SELECT "__raw"."sex" AS "sex", "__raw"."children" AS "children"
FROM "lake"."population.person" AS "__raw"
WHERE ("__raw"."alive" AND "__raw"."birth_date" <= $__today)) AS "person"
WHERE "person"."children" > 2
ORDER BY 1

# groups and their order
for: everyone
SELECT sex, count(*) AS n FROM population.person GROUP BY sex HAVING count(*) > 10 ORDER BY n DESC
=> duckdb (__today) from lake population.person
SELECT "person"."sex" AS "sex", COUNT(*) AS "n"
FROM (SELECT "__raw"."sex" AS "sex"
FROM "lake"."population.person" AS "__raw"
WHERE ("__raw"."alive" AND "__raw"."birth_date" <= $__today) OFFSET 0) AS "person"
GROUP BY "person"."sex" HAVING COUNT(*) > 10
ORDER BY "n" DESC, 1, 2

# a filter of the author cannot undo the grant's
for: everyone
SELECT sex FROM population.person WHERE true OR 1 = 1
=> duckdb (__today) from lake population.person
SELECT "person"."sex" AS "sex"
FROM (SELECT "__raw"."sex" AS "sex"
FROM "lake"."population.person" AS "__raw"
WHERE ("__raw"."alive" AND "__raw"."birth_date" <= $__today)) AS "person"
WHERE TRUE OR 1 = 1
ORDER BY 1

# nor a correlated query
for: everyone
SELECT l.name FROM market.licence AS l WHERE NOT EXISTS (SELECT 1 FROM population.person AS p WHERE p.id_number = l.legal_rep_id)
=> duckdb (__today) from lake market.licence, population.person
SELECT "l"."name" AS "name"
FROM (SELECT "__raw"."name" AS "name", "__raw"."legal_rep_id" AS "legal_rep_id"
FROM "lake"."market.licence" AS "__raw") AS "l"
WHERE NOT EXISTS(SELECT 1 AS "1"
FROM (SELECT CASE WHEN LENGTH("__raw"."id_number") > 14 THEN SUBSTRING("__raw"."id_number", 1,
6) || '********' || SUBSTRING("__raw"."id_number", LENGTH("__raw"."id_number") - 3, 4) WHEN NOT
"__raw"."id_number" IS NULL THEN '********' END AS "id_number"
FROM "lake"."population.person" AS "__raw"
WHERE ("__raw"."alive" AND "__raw"."birth_date" <= $__today)) AS "p"
WHERE "p"."id_number" = "l"."legal_rep_id")
ORDER BY 1

# age, written out
for: everyone
SELECT count(*) AS n FROM population.person WHERE age(birth_date, :as_of) >= 80
=> duckdb (__today, as_of) from lake population.person
SELECT COUNT(*) AS "n"
FROM (SELECT CAST(DATE_TRUNC('YEAR', "__raw"."birth_date") AS DATE) AS "birth_date"
FROM "lake"."population.person" AS "__raw"
WHERE ("__raw"."alive" AND "__raw"."birth_date" <= $__today) OFFSET 0) AS "person"
WHERE (CASE WHEN TRY_CAST("person"."birth_date" AS DATE) <= TRY_CAST($as_of AS DATE) THEN
((YEAR(TRY_CAST($as_of AS DATE)) * 10000 + MONTH(TRY_CAST($as_of AS DATE)) * 100 +
DAY(TRY_CAST($as_of AS DATE))) - (YEAR(TRY_CAST("person"."birth_date" AS DATE)) * 10000 +
MONTH(TRY_CAST("person"."birth_date" AS DATE)) * 100 + DAY(TRY_CAST("person"."birth_date" AS
DATE)))) // 10000 END) >= 80

# windows
for: everyone
SELECT name, row_number() OVER (PARTITION BY status ORDER BY opened) AS n FROM market.licence
=> duckdb () from lake market.licence
SELECT "licence"."name" AS "name", ROW_NUMBER() OVER (PARTITION BY "licence"."status"
ORDER BY "licence"."opened") AS "n"
FROM (SELECT "__raw"."name" AS "name", "__raw"."status" AS "status", "__raw"."opened" AS
"opened"
FROM "lake"."market.licence" AS "__raw") AS "licence"
