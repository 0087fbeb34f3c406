-- Building units: one home for each household, and shops.

-- Nine digits of a record about a unit: shops begin with 1, homes with 2.
CREATE OR REPLACE MACRO build_number(sort, number) AS
    (CASE WHEN sort = 'shop' THEN 100000000 ELSE 200000000 END + number)::VARCHAR;

CREATE OR REPLACE TABLE build.unit AS
WITH homes AS (
    SELECT
        'R' || lpad(home::VARCHAR, 9, '0') AS unit_code,
        'home' AS sort, home AS number, place,
        -- Households of one district out of 240 in a row live in one estate.
        draw('home street', home // 240 * 6 + place, 24) AS street,
        1 + draw('home house', home // 240 * 6 + place, 220) AS house
    FROM build.home
    WHERE head < getvariable('residents')
), shops AS (
    SELECT
        'C' || lpad(s::VARCHAR, 9, '0') AS unit_code,
        'shop' AS sort, s AS number, d.place,
        CASE WHEN s = 0 THEN 0 WHEN s = 1 THEN 6 ELSE draw('shop street', s, 24) END AS street,
        CASE WHEN s = 0 THEN 18 WHEN s = 1 THEN 66 ELSE 1 + draw('shop house', s, 220) END AS house
    FROM range(getvariable('shops')) AS t(s)
    JOIN build.district AS d
        ON CASE WHEN s = 0 THEN 0 WHEN s = 1 THEN 24 ELSE draw('shop place', s, 100) END >= d.low
        AND CASE WHEN s = 0 THEN 0 WHEN s = 1 THEN 24 ELSE draw('shop place', s, 100) END < d.high
), drawn AS (
    SELECT *, draw('unit', unit_code, 100000) AS luck FROM (FROM homes UNION ALL FROM shops)
)
SELECT
    u.unit_code, u.sort, u.number, u.place, d.division, s.name AS street,
    '云州市' || d.name || s.name || u.house::VARCHAR || '号'
        || CASE
            WHEN u.sort = 'home' THEN (1 + u.number % 240 // 40)::VARCHAR || '幢'
                || (1 + u.number % 40 // 4)::VARCHAR || '0' || (1 + u.number % 4)::VARCHAR || '室'
            WHEN u.number = 0 THEN '一层102铺'
            WHEN u.number = 1 THEN '一层101铺'
            ELSE CASE WHEN u.luck % 5 < 4 THEN '一层1' ELSE '二层2' END
                || lpad((1 + u.luck // 7 % 30)::VARCHAR, 2, '0') || '铺'
        END AS address,
    CASE
        WHEN u.sort = 'home' THEN 'residential'
        WHEN u.number < 2 OR u.luck % 100 < 84 THEN 'commercial'
        WHEN u.luck % 100 < 94 THEN 'office'
        ELSE 'industrial'
    END AS use_kind,
    CASE
        WHEN u.number = 0 AND u.sort = 'shop' THEN 126.5
        WHEN u.number = 1 AND u.sort = 'shop' THEN 88
        WHEN u.sort = 'home' THEN 45 + u.luck % 1100 / 10
        ELSE 18 + u.luck % 2400 / 10
    END::DECIMAL(10, 2) AS floor_area,
    CASE
        WHEN u.sort = 'home' THEN 1 + u.number % 40 // 4
        WHEN u.number < 2 OR u.luck % 5 < 4 THEN 1
        ELSE 2
    END::BIGINT AS floor_number,
    CASE
        WHEN u.number < 10 OR u.luck % 1000 >= 15 THEN 'normal'
        WHEN u.luck % 1000 < 3 THEN 'demolished'
        ELSE 'frozen'
    END AS status
FROM drawn AS u
JOIN build.district AS d ON d.place = u.place
JOIN build.street AS s ON s.place = u.street;

CREATE OR REPLACE TABLE housing.unit AS
SELECT unit_code, address, division, street, use_kind, floor_area, floor_number, status
FROM build.unit;

-- Owners: seven homes in ten belong to their household, everything else to someone who is
-- the head of another one. The households of the cast (the first ten) own nothing.
CREATE OR REPLACE TABLE build.owner AS
SELECT
    u.unit_code, u.sort, u.number,
    CASE
        WHEN u.sort = 'home' AND u.number >= 10 AND draw('owner', u.unit_code, 10) < 7 AND u.number < getvariable('homes')
            THEN u.number
        ELSE least(10, getvariable('homes') - 1)
            + draw('landlord', u.unit_code, greatest(1, getvariable('homes') - 10))
    END AS owner_home
FROM build.unit AS u;

CREATE OR REPLACE TABLE estate.title AS
WITH dated AS (
    SELECT *, DATE '2004-03-01' + draw('title day', unit_code, 8000)::INTEGER AS day FROM build.owner
)
SELECT
    '东（' || year(o.day)::VARCHAR || '）云州市不动产权第' || build_number(o.sort, o.number) || '号' AS title_number,
    a.id_number AS owner_id,
    a.name AS owner_name,
    u.unit_code, u.address, u.use_kind, u.floor_area,
    o.day AS registered_on,
    CASE
        WHEN u.status = 'demolished' THEN 'ended'
        WHEN draw('title state', u.unit_code, 200) = 0 AND o.number >= 2 THEN 'sealed'
        ELSE 'valid'
    END AS status
FROM dated AS o
JOIN build.unit AS u ON u.unit_code = o.unit_code
JOIN build.adult AS a ON a.home = o.owner_home;
