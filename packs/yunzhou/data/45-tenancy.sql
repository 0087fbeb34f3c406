-- Paper cards of public tenancies, typed up with the slips of pen and keyboard: for one
-- household in eight, whoever heads it. Some have moved since, some never were in the
-- register, a few cards lack the day of birth.

CREATE OR REPLACE TABLE build.tenant AS
WITH chosen AS (
    SELECT
        p.home, p.id_number, p.name, p.sex, p.birth_date, u.address,
        draw('card slip', p.home, 100) AS slip,
        draw('card moved', p.home, 100) < 12 AS moved,
        draw('card style', p.home, 100) AS style,
        draw('card letter', p.home, 1000) AS letter,
        draw('card stranger', p.home, 100) < 5 AS stranger
    FROM build.person AS p
    JOIN build.unit AS u
        ON u.unit_code = 'R' || lpad(CASE
            WHEN draw('card moved', p.home, 100) < 12
                THEN draw('card old home', p.home, getvariable('homes'))
            ELSE p.home
        END::VARCHAR, 9, '0')
    WHERE p.seat = 0 AND p.home >= 10 AND draw('card', p.home, 8) = 0
)
SELECT
    'GF' || lpad((home * 7 + 1003)::VARCHAR, 9, '0') AS card_number,
    id_number, stranger,
    CASE
        WHEN stranger THEN substr(name, 1, 1) || pick('德国秀玉明兰福英', letter) || pick('珍宝根芳贵莲', letter // 8)
        WHEN slip < 5 THEN substr(name, 1, 1) || pick('伟志明丽静华英军', letter) || substr(name, 3)
        WHEN slip < 8 AND length(name) > 2 THEN substr(name, 1, 2)
        ELSE name
    END AS tenant_name,
    CASE
        WHEN slip BETWEEN 5 AND 6 OR slip BETWEEN 90 AND 91 THEN NULL
        WHEN stranger THEN birth_date - 300 - letter::INTEGER
        WHEN slip BETWEEN 10 AND 14 THEN birth_date + (1 + letter % 9)::INTEGER
        WHEN slip BETWEEN 15 AND 17 THEN (birth_date + to_years(10))::DATE
        ELSE birth_date
    END AS birth_date,
    CASE WHEN slip = 20 THEN CASE sex WHEN '1' THEN '2' ELSE '1' END ELSE sex END AS sex,
    CASE
        WHEN style < 45 THEN address
        WHEN style < 75 THEN replace(replace(replace(address, '云州市', ''), '号', ' 号 '), '幢', ' 幢 ')
        ELSE replace(replace(replace(address, '云州市', ''), '幢', '－'), '室', '')
    END AS address
FROM chosen;

CREATE OR REPLACE TABLE housing.public_tenancy AS
SELECT card_number, tenant_name, birth_date, sex, address FROM build.tenant;

CREATE OR REPLACE TABLE housing.tenancy_sample AS
SELECT card_number, id_number AS person_id
FROM build.tenant
WHERE NOT stranger AND draw('card looked up', card_number, 10) = 0;

-- No pair is linked before the linkage has run.
CREATE OR REPLACE TABLE lake."linkage.tenancy" AS
SELECT
    NULL::VARCHAR AS left_key, NULL::VARCHAR AS right_key,
    NULL::DOUBLE AS probability, NULL::DOUBLE AS weight, NULL::VARCHAR AS method
WHERE false;
