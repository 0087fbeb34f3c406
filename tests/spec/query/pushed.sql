# one department, one table: the whole statement goes to its database
SELECT sex FROM population.person
=> sqlite police (subject)
SELECT "person"."sex" AS "sex"
FROM (SELECT "__raw"."sex" AS "sex"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "person"

# names in any case mean the same
SELECT "P"."SEX" AS Sex FROM POPULATION."Person" AS p
=> sqlite police (subject)
SELECT "p"."sex" AS "sex"
FROM (SELECT "__raw"."sex" AS "sex"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "p"

# two tables of one database are joined there
SELECT h.division FROM population.hukou AS h JOIN population.person AS p ON p.id_number = h.id_number
=> sqlite police (subject)
SELECT "h"."division" AS "division"
FROM (SELECT "__raw"."id_number" AS "id_number", "__raw"."division" AS "division"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1) AS "h"
JOIN (SELECT "__raw"."id_number" AS "id_number"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "p" ON "p"."id_number" =
"h"."id_number"

# the newest row: NULLs last in both engines
SELECT status FROM market.licence ORDER BY opened LIMIT 1
=> sqlite market (subject)
SELECT "licence"."status" AS "status"
FROM (SELECT "__raw"."status" AS "status", "__raw"."opened" AS "opened"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."legal_rep_id" = ?1) AS "licence"
ORDER BY "licence"."opened" NULLS LAST LIMIT 1

# and first of all when descending
SELECT status FROM market.licence ORDER BY opened DESC LIMIT 1
=> sqlite market (subject)
SELECT "licence"."status" AS "status"
FROM (SELECT "__raw"."status" AS "status", "__raw"."opened" AS "opened"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."legal_rep_id" = ?1) AS "licence"
ORDER BY "licence"."opened" DESC LIMIT 1

# a day is a text there
SELECT sex FROM population.person WHERE birth_date < DATE '2000-01-01'
=> sqlite police (subject)
SELECT "person"."sex" AS "sex"
FROM (SELECT "__raw"."birth_date" AS "birth_date", "__raw"."sex" AS "sex"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "person"
WHERE "person"."birth_date" < '2000-01-01'

# the day of the use
SELECT status FROM market.licence WHERE opened <= :as_of
=> sqlite market (as_of, subject)
SELECT "licence"."status" AS "status"
FROM (SELECT "__raw"."status" AS "status", "__raw"."opened" AS "opened"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."legal_rep_id" = ?2) AS "licence"
WHERE "licence"."opened" <= ?1

# a value of the form, by number
with: {"n": "饭店"}
SELECT status FROM market.licence WHERE name = :n OR name LIKE :n
=> sqlite market (n, subject)
SELECT "licence"."status" AS "status"
FROM (SELECT "__raw"."name" AS "name", "__raw"."status" AS "status"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."legal_rep_id" = ?2) AS "licence"
WHERE "licence"."name" = ?1 OR "licence"."name" LIKE ?1

# rows are counted without reading an item
SELECT count(*) AS n FROM population.hukou
=> sqlite police (subject)
SELECT COUNT(*) AS "n"
FROM (SELECT 1 AS "__row"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1) AS "hukou"

# EXISTS and IN look at the same subject
SELECT sex FROM population.person WHERE EXISTS (SELECT 1 FROM population.hukou) AND id_number IN (SELECT id_number FROM population.hukou)
=> sqlite police (subject)
SELECT "person"."sex" AS "sex"
FROM (SELECT "__raw"."id_number" AS "id_number", "__raw"."sex" AS "sex"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "person"
WHERE EXISTS(SELECT 1 AS "1"
FROM (SELECT "__raw"."id_number" AS "id_number"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1) AS "hukou") AND "person"."id_number" IN (SELECT
"hukou"."id_number" AS "id_number"
FROM (SELECT "__raw"."id_number" AS "id_number"
FROM "main"."hukou" AS "__raw"
WHERE "__raw"."id_number" = ?1) AS "hukou")

# a number that an enterprise bears binds another item
for: enterprise
SELECT name FROM market.licence
=> sqlite market (subject)
SELECT "licence"."name" AS "name"
FROM (SELECT "__raw"."name" AS "name"
FROM "main"."licence" AS "__raw"
WHERE "__raw"."uscc" = ?1) AS "licence"

# a physical table of the name of a WITH query is out of reach
WITH person AS (SELECT sex FROM population.person) SELECT sex FROM person
=> sqlite police (subject)
WITH "person" AS (SELECT "person"."sex" AS "sex"
FROM (SELECT "__raw"."sex" AS "sex"
FROM "main"."person" AS "__raw"
WHERE "__raw"."id_number" = ?1 AND ("__raw"."alive")) AS "person")
SELECT "person"."sex" AS "sex"
FROM "person" AS "person"
