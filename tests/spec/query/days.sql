# a span of the calendar
for: everyone
SELECT count(*) AS n FROM population.person WHERE birth_date + INTERVAL 18 YEAR <= :as_of
=> duckdb (__today, as_of) from lake population.person
SELECT COUNT(*) AS "n"
FROM (SELECT CAST(DATE_TRUNC('YEAR', "__raw"."birth_date") AS DATE) AS "birth_date"
FROM "lake"."population.person" AS "__raw"
WHERE ("__raw"."alive" AND "__raw"."birth_date" <= $__today) OFFSET 0) AS "person"
WHERE "person"."birth_date" + INTERVAL '18' YEAR <= $as_of

# parts and beginnings of days
for: everyone
SELECT extract(month FROM opened) AS m, date_trunc('month', opened) AS b, date_trunc('year', DATE '2026-11-23') AS y, date_diff('day', opened, :as_of) AS d FROM market.licence
=> duckdb (as_of) from lake market.licence
SELECT EXTRACT(MONTH
FROM "licence"."opened") AS "m", TRY(DATE_TRUNC('MONTH', "licence"."opened")) AS "b",
DATE_TRUNC('YEAR', TRY_CAST('2026-11-23' AS DATE)) AS "y", DATE_DIFF('DAY', "licence"."opened",
$as_of) AS "d"
FROM (SELECT "__raw"."opened" AS "opened"
FROM "lake"."market.licence" AS "__raw") AS "licence"
