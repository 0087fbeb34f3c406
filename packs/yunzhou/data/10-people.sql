-- People in households. A block of ten households has 1, 2, 3, 3, 4, 2, 1, 3, 5 and 2
-- members, 26 in all, so the household and the seat of person n are plain arithmetic.

CREATE OR REPLACE TABLE build.seat AS
SELECT * FROM (VALUES
    (0, 0, 0), (1, 1, 0), (2, 1, 1), (3, 2, 0), (4, 2, 1), (5, 2, 2), (6, 3, 0),
    (7, 3, 1), (8, 3, 2), (9, 4, 0), (10, 4, 1), (11, 4, 2), (12, 4, 3), (13, 5, 0),
    (14, 5, 1), (15, 6, 0), (16, 7, 0), (17, 7, 1), (18, 7, 2), (19, 8, 0), (20, 8, 1),
    (21, 8, 2), (22, 8, 3), (23, 8, 4), (24, 9, 0), (25, 9, 1)
) AS t(place, home, seat);

-- What each household is: who heads it, at what age, and who the others are.
CREATE OR REPLACE TABLE build.home AS
WITH drawn AS (
    SELECT
        home,
        [1, 2, 3, 3, 4, 2, 1, 3, 5, 2][1 + home % 10] AS size,
        home // 10 * 26 + [0, 1, 3, 6, 9, 13, 15, 16, 19, 24][1 + home % 10] AS head,
        draw('home kind', home, 100) AS kind,
        draw('home age', home, 1000) AS age,
        draw('home place', home, 100) AS place,
        draw('home sex', home, 100) < 68 AS man
    FROM range((getvariable('residents') + 25) // 26 * 10) AS t(home)
)
SELECT
    home, size, head, man,
    CASE
        WHEN size = 1 THEN 'alone'
        WHEN size = 2 THEN CASE WHEN kind < 72 THEN 'pair' ELSE 'parent' END
        WHEN size = 3 THEN CASE WHEN kind < 86 THEN 'family' ELSE 'three ages' END
        WHEN size = 4 THEN CASE WHEN kind < 55 THEN 'family' ELSE 'with elder' END
        ELSE 'with elders'
    END AS kind,
    CASE
        WHEN size = 1 AND kind < 40 THEN 22 + age % 14
        WHEN size = 1 AND kind < 70 THEN 36 + age % 24
        WHEN size = 1 THEN 60 + age % 34
        WHEN size = 2 AND kind < 72 AND age < 300 THEN 24 + age % 14
        WHEN size = 2 AND kind < 72 AND age < 640 THEN 46 + age % 15
        WHEN size = 2 AND kind < 72 THEN 61 + age % 27
        WHEN size = 2 THEN 30 + age % 32
        WHEN size = 3 AND kind < 86 THEN 27 + age % 33
        WHEN size = 3 THEN 30 + age % 22
        WHEN size = 4 THEN 30 + age % 22
        ELSE 29 + age % 20
    END AS age,
    coalesce(c.place, d.place) AS place
FROM drawn
JOIN build.district AS d ON drawn.place >= d.low AND drawn.place < d.high
LEFT JOIN (SELECT n, place FROM build.cast) AS c ON c.n = drawn.head;

CREATE OR REPLACE TABLE build.member AS
WITH seated AS (
    SELECT n, n // 26 * 10 + s.home AS home, s.seat
    FROM range(getvariable('residents')) AS t(n)
    JOIN build.seat AS s ON s.place = n % 26
), cast_in_role AS (
    SELECT
        n, p.home, p.seat, h.kind, h.man, h.place, h.age AS head_age,
        CASE
            WHEN p.seat = 0 THEN 'head'
            WHEN h.kind IN ('parent', 'three ages') AND p.seat = 1 THEN 'child'
            WHEN h.kind = 'three ages' THEN 'elder'
            WHEN p.seat = 1 THEN 'spouse'
            WHEN p.seat = 2 THEN 'child'
            WHEN h.kind = 'family' THEN 'second child'
            ELSE 'elder'
        END AS role
    FROM seated AS p
    JOIN build.home AS h ON h.home = p.home
)
SELECT
    n, home, seat, role, place,
    CASE
        WHEN role = 'head' THEN man
        WHEN role = 'spouse' THEN NOT man
        WHEN role = 'elder' THEN seat = 3 AND kind = 'with elders'
        ELSE draw('child sex', n, 100) < 52
    END AS man,
    man AS head_man,
    CASE role
        WHEN 'head' THEN head_age
        WHEN 'spouse' THEN greatest(20, head_age - CASE WHEN man THEN 1 ELSE -1 END * (draw('spouse age', n, 6) - 1))
        WHEN 'child' THEN greatest(0, head_age - 24 - draw('child age', home, 9))
        WHEN 'second child' THEN greatest(0, head_age - 27 - draw('child age', home, 9) - draw('second child age', home, 3))
        ELSE least(99, head_age + 22 + draw('elder age', home, 9))
    END AS age
FROM cast_in_role;

CREATE OR REPLACE TABLE build.person AS
WITH named AS (
    SELECT
        m.n, m.home, m.seat, m.role,
        coalesce(date_diff('year', c.birth_date, build_day()), m.age) AS age,
        coalesce(c.place, m.place) AS place,
        coalesce(c.sex, CASE WHEN m.man THEN '1' ELSE '2' END) AS sex,
        coalesce(
            c.birth_date,
            -- No leap days and no birthdays today: a year is added by calendar, a day taken.
            (build_day() - to_years(m.age::INTEGER))::DATE - 1 - draw('birthday', m.n, 364)::INTEGER
        ) AS birth_date,
        CASE
            -- Children and a husband's father carry the man's name, wives their own.
            WHEN m.role IN ('head', 'spouse') THEN m.home * 2 + m.seat
            WHEN m.role IN ('child', 'second child') THEN m.home * 2 + CASE WHEN m.head_man THEN 0 ELSE 1 END
            WHEN m.man THEN m.home * 2
            ELSE -m.n
        END AS clan,
        c.name AS cast_name,
        c.id_number AS cast_id
    FROM build.member AS m
    LEFT JOIN build.cast AS c ON c.n = m.n
), given AS (
    SELECT
        * EXCLUDE (clan),
        draw('clan', clan, getvariable('surname_slots')) AS slot,
        draw('given 1', n, 1000003) AS g1,
        draw('given 2', n, 1000003) AS g2,
        CASE
            WHEN sex = '1' AND birth_date < DATE '1975-01-01' THEN '国建志德明永福祥贵生军华平强成忠义文武新春林根宝庆海荣光兴富发良仁正和山东树金玉胜利民'
            WHEN sex = '1' AND birth_date < DATE '2000-01-01' THEN '伟强磊勇涛斌超波辉鹏刚杰健飞俊峰浩龙毅凯威锋亮宁翔旭晨宇阳帆博文志远立新海明建军'
            WHEN sex = '1' THEN '浩宇轩泽睿子涵梓晨博文奕辰皓然一诺明哲俊熙铭嘉懿煜城天佑昊宸沐阳景行书航星言知远'
            WHEN birth_date < DATE '1975-01-01' THEN '秀英桂兰玉珍凤梅芳淑华红霞春花素云翠莲月娥爱金香美琴素芬惠瑞巧珠荣菊腊莉娟彩'
            WHEN birth_date < DATE '2000-01-01' THEN '丽静敏艳娟霞燕玲婷雪萍红颖慧洁琳倩莉晶欣佳璐丹妍雯蕾薇媛晓梦瑶思琪雅楠悦菲宁青'
            ELSE '梓涵欣怡诗雨萱若汐可馨语桐一诺依娜沐瑶芷晴思彤佳妤清妍书瑶星冉念安知夏予希乐'
        END AS letters
    FROM named
), numbered AS (
    SELECT
        *,
        -- Serials within area, birthday and sex: odd for men, even for women.
        2 * row_number() OVER (PARTITION BY place, birth_date, sex ORDER BY n)
            - CASE WHEN sex = '1' THEN 1 ELSE 0 END AS serial
    FROM given
)
SELECT
    p.n, p.home, p.seat, p.role, p.age, p.place, p.sex, p.birth_date,
    coalesce(
        p.cast_id,
        id_number(
            d.division::BIGINT * 100000000000
            + strftime(p.birth_date, '%Y%m%d')::BIGINT * 1000 + p.serial
        )
    ) AS id_number,
    coalesce(
        p.cast_name,
        s.surname || pick(p.letters, p.g1)
        || CASE WHEN p.g2 % 6 = 0 THEN '' ELSE pick(p.letters, p.g2) END
    ) AS name,
    -- A register holds the dead for a while; the odds follow age.
    p.cast_id IS NULL AND draw('death', p.n, 1000) < CASE
        WHEN p.age >= 90 THEN 180 WHEN p.age >= 80 THEN 70
        WHEN p.age >= 70 THEN 20 WHEN p.age >= 50 THEN 4 ELSE 1
    END AS dead
FROM numbered AS p
JOIN build.district AS d ON d.place = p.place
JOIN build.surname AS s ON s.slot = p.slot;

DROP TABLE build.member;

-- Heads of complete households, by number: everyone who owns, leases or runs something.
CREATE OR REPLACE TABLE build.adult AS
SELECT home, n, id_number, name, place, age, dead FROM build.person WHERE seat = 0;
