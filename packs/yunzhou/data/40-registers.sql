-- The departments' registers of persons.

CREATE OR REPLACE TABLE police.person AS
SELECT
    p.id_number, p.name, p.sex, p.birth_date,
    NOT p.dead AS alive,
    CASE WHEN p.dead THEN build_day() - 1 - draw('death day', p.n, 700)::INTEGER END AS death_date,
    d.division,
    u.address AS residence_address,
    'H' || lpad(p.home::VARCHAR, 9, '0') AS household_number
FROM build.person AS p
JOIN build.district AS d ON d.place = p.place
JOIN build.unit AS u ON u.unit_code = 'R' || lpad(p.home::VARCHAR, 9, '0');

CREATE OR REPLACE TABLE police.household AS
SELECT
    id_number AS member_id,
    'H' || lpad(home::VARCHAR, 9, '0') AS household_number,
    CASE
        WHEN role = 'head' THEN '0'
        WHEN role = 'spouse' THEN '1'
        WHEN role = 'elder' THEN '5'
        WHEN sex = '1' THEN '2'
        ELSE '3'
    END AS relation
FROM build.person;

CREATE OR REPLACE TABLE police.sealed_record AS
SELECT
    'FC' || lpad(n::VARCHAR, 9, '0') AS record_number,
    id_number AS subject_id,
    (birth_date + to_years(17))::DATE + draw('sealed', n, 200)::INTEGER AS sealed_on
FROM build.person
WHERE age BETWEEN 19 AND 40 AND seat > 0 AND draw('sealed record', n, 4000) = 0;

-- Numbers beginning with 154 stand in for real ones: the prefix was not in use for people.
CREATE OR REPLACE TABLE account.contact AS
SELECT
    p.id_number AS person_id,
    coalesce(c.mobile, (15400001000 + p.n)::VARCHAR) AS mobile,
    DATE '2023-01-09' + draw('verified', p.n, 1380)::INTEGER AS verified_on
FROM build.person AS p
LEFT JOIN build.cast AS c ON c.n = p.n
WHERE NOT p.dead AND p.age >= 14
    AND (c.n IS NOT NULL OR draw('account', p.n, 100) < CASE WHEN p.age < 70 THEN 88 ELSE 52 END);

CREATE OR REPLACE TABLE social.insurance AS
WITH insured AS (
    SELECT
        p.n, p.id_number, p.age,
        CASE
            WHEN p.age >= 60 THEN 'retired'
            WHEN draw('insured', p.n, 100) < 68 THEN 'employed'
            WHEN draw('insured', p.n, 100) < 84 THEN 'flexible'
            ELSE 'interrupted'
        END AS status,
        -- Small firms are many, so the staff of one is few.
        draw('employer', p.n, getvariable('enterprises')) AS e
    FROM build.person AS p
    WHERE NOT p.dead AND p.age >= 20 AND draw('in scheme', p.n, 100) < 82
)
SELECT
    i.id_number AS person_id,
    CASE WHEN i.status = 'employed' THEN x.uscc END AS employer_uscc,
    CASE WHEN i.status = 'employed' THEN x.name END AS employer_name,
    i.status,
    build_day() - (30 * (1 + draw('months', i.n, greatest(1, (least(i.age, 60) - 19) * 12))))::INTEGER AS enrolled_on,
    (1 + draw('months', i.n, greatest(1, (least(i.age, 60) - 19) * 12))) * 9 // 10 AS paid_months
FROM insured AS i
JOIN build.enterprise AS x ON x.e = i.e;

CREATE OR REPLACE TABLE civil.marriage AS
WITH pair AS (
    SELECT
        h.n, h.home, h.id_number AS head_id, s.id_number AS spouse_id, h.dead OR s.dead AS widowed,
        greatest(h.birth_date, s.birth_date) AS younger, least(h.age, s.age) AS age
    FROM build.person AS h
    JOIN build.person AS s ON s.home = h.home AND s.seat = 1 AND s.role = 'spouse'
    WHERE h.seat = 0
), registered AS (
    SELECT
        *,
        'J990100-' || lpad(home::VARCHAR, 9, '0') AS certificate_number,
        CASE WHEN widowed THEN 'widowed' ELSE 'married' END AS status,
        least((younger + to_years(20))::DATE + draw('wedding', n, 2500)::INTEGER, build_day() - 30) AS registered_on
    FROM pair
    WHERE age >= 22
)
SELECT head_id AS person_id, spouse_id, certificate_number, status, registered_on FROM registered
UNION ALL
SELECT spouse_id, head_id, certificate_number, status, registered_on FROM registered;

CREATE OR REPLACE TABLE health.certificate AS
WITH worker AS (
    SELECT n, id_number, name FROM build.person
    WHERE NOT dead AND age BETWEEN 18 AND 65
        AND (id_number IN (SELECT rep_id FROM build.enterprise WHERE catering) OR draw('food worker', n, 100) < 4)
        AND n NOT IN (SELECT n FROM build.cast)
), dated AS (
    SELECT *, DATE '2025-10-01' + draw('checked', n, 390)::INTEGER AS issued FROM worker
    UNION ALL
    SELECT n, id_number, name, DATE '2026-10-09' + n::INTEGER FROM build.cast
)
SELECT
    'JK990100' || strftime(issued, '%Y') || lpad(n::VARCHAR, 8, '0') AS certificate_number,
    id_number AS holder_id, name AS holder_name,
    CASE WHEN n >= 26 AND draw('health', n, 200) = 0 THEN 'unfit' ELSE 'fit' END AS result,
    issued AS issued_on,
    (issued + to_years(1))::DATE - 1 AS valid_until,
    '云州市' || ['第一人民医院', '疾病预防控制中心', '中医院', '妇幼保健院'][1 + n % 4] AS examined_by
FROM dated;

-- Leases: the two of the cast, seven shops in ten, and the homes whose household does not
-- own them.
CREATE OR REPLACE TABLE housing.lease AS
WITH let AS (
    SELECT
        o.unit_code, o.owner_home,
        CASE WHEN o.number = 0 THEN (SELECT id_number FROM build.cast WHERE role = 'founder')
            ELSE (SELECT id_number FROM build.cast WHERE role = 'second-founder') END AS tenant_id,
        DATE '2026-09-18' AS signed_on, 5 AS years, true AS running
    FROM build.owner AS o
    WHERE o.sort = 'shop' AND o.number < 2
    UNION ALL
    SELECT
        x.unit_code, o.owner_home, x.rep_id,
        greatest(x.established_on, DATE '2022-03-01' + draw('let', x.unit_code, 1600)::INTEGER) - 10,
        3 + draw('let years', x.unit_code, 4), x.status IN ('active', 'suspended')
    FROM build.enterprise AS x
    JOIN build.owner AS o ON o.unit_code = x.unit_code
    WHERE x.e > 0 AND draw('let shop', x.unit_code, 10) < 7
    UNION ALL
    SELECT
        o.unit_code, o.owner_home, a.id_number,
        DATE '2024-03-01' + draw('let', o.unit_code, 900)::INTEGER,
        3 + draw('let years', o.unit_code, 2), true
    FROM build.owner AS o
    JOIN build.adult AS a ON a.home = o.number
    WHERE o.sort = 'home' AND o.owner_home <> o.number
)
SELECT
    'ZL' || u.division || '-' || year(l.signed_on)::VARCHAR || '-' || build_number(u.sort, u.number)
        AS record_number,
    l.tenant_id, a.name AS lessor_name,
    l.unit_code, u.address, u.use_kind, u.floor_area, u.floor_number,
    l.signed_on,
    l.signed_on + 13 AS valid_from,
    (l.signed_on + 13 + to_years(l.years::INTEGER))::DATE - 1 AS valid_until,
    CASE WHEN l.running AND (l.signed_on + 13 + to_years(l.years::INTEGER))::DATE > build_day()
        THEN 'valid' ELSE 'ended' END AS status
FROM let AS l
JOIN build.unit AS u ON u.unit_code = l.unit_code
JOIN build.adult AS a ON a.home = l.owner_home;

-- ------------------------------------------------------------------------------- credit

CREATE OR REPLACE TABLE lake."credit.dishonest" AS
WITH debtor AS (
    SELECT id_number AS subject_id, 'person' AS subject_kind, name AS subject_name, n AS number
    FROM build.person
    WHERE age >= 22 AND n >= 26 AND draw('debtor', n, 1000) < 4
    UNION ALL
    SELECT uscc, 'enterprise', name, e
    FROM build.enterprise
    WHERE e > 0 AND draw('debtor firm', e, 1000) < 6
)
SELECT
    '（' || (2020 + draw('case year', subject_id, 6))::VARCHAR || '）云0101执'
        || (100 + draw('case', subject_id, 900000))::VARCHAR || '号' AS record_number,
    subject_id, subject_kind, subject_name,
    CASE draw('debt', subject_id, 3)
        WHEN 0 THEN '有履行能力而拒不履行生效法律文书确定义务'
        WHEN 1 THEN '违反财产报告制度'
        ELSE '违反限制消费令'
    END AS cause,
    DATE '2021-02-01' + draw('listed', subject_id, 1900)::INTEGER AS listed_on,
    CASE WHEN draw('delisted', subject_id, 10) < 4
        THEN DATE '2021-02-01' + (draw('listed', subject_id, 1900) + 120)::INTEGER END AS removed_on
FROM debtor;

CREATE OR REPLACE TABLE lake."credit.standing" AS
SELECT
    p.id_number AS person_id,
    CASE
        WHEN p.n < 26 THEN 'good'
        WHEN p.id_number IN (SELECT subject_id FROM lake."credit.dishonest" WHERE removed_on IS NULL) THEN 'barred'
        WHEN draw('standing', p.n, 1000) < 12 THEN 'watched'
        ELSE 'good'
    END AS standing,
    DATE '2026-10-31' AS assessed_on
FROM build.person AS p
WHERE NOT p.dead AND p.age >= 18;
