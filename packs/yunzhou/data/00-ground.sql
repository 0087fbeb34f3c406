-- The ground of the practice city: parameters, schemas, number macros, word tables.
--
-- The caller sets two variables: residents (100 or more) and seed. Everything below is a
-- function of them, row by row: hash() of the seed, a label and a row number, never
-- random() and never the order of rows. So a city is the same bit for bit wherever it is
-- built with the same engine version, and a person's data do not depend on threads.
--
-- Schemas are the databases departments own; `lake` and `dropped` hold what has no
-- database; `build` holds scaffolding and is dropped at the end.

SET VARIABLE residents = coalesce(getvariable('residents'), 100000)::BIGINT;
SET VARIABLE seed = coalesce(getvariable('seed'), 1)::BIGINT;
SET VARIABLE enterprises = (getvariable('residents') * 12 // 100)::BIGINT;
SET VARIABLE shops = (getvariable('residents') * 15 // 100)::BIGINT;
-- Households come in blocks of ten with 26 members; `homes` are those surely complete.
SET VARIABLE homes = (getvariable('residents') // 26 * 10)::BIGINT;

CREATE SCHEMA IF NOT EXISTS build;
CREATE SCHEMA IF NOT EXISTS police;
CREATE SCHEMA IF NOT EXISTS account;
CREATE SCHEMA IF NOT EXISTS market;
CREATE SCHEMA IF NOT EXISTS housing;
CREATE SCHEMA IF NOT EXISTS estate;
CREATE SCHEMA IF NOT EXISTS tax;
CREATE SCHEMA IF NOT EXISTS social;
CREATE SCHEMA IF NOT EXISTS health;
CREATE SCHEMA IF NOT EXISTS civil;
CREATE SCHEMA IF NOT EXISTS urban;
CREATE SCHEMA IF NOT EXISTS fire;
CREATE SCHEMA IF NOT EXISTS lake;
CREATE SCHEMA IF NOT EXISTS dropped;

-- The day on which the registers stand.
CREATE OR REPLACE MACRO build_day() AS DATE '2026-11-01';

-- A draw from 0 to sides - 1, the same for the same seed, label and row.
CREATE OR REPLACE MACRO draw(label, n, sides) AS
    (hash(getvariable('seed'), label, n) % sides)::BIGINT;

CREATE OR REPLACE MACRO pick(letters, n) AS
    substr(letters, 1 + (n % length(letters))::BIGINT, 1);

-- GB 11643: weights 2^(18-i) mod 11 over 17 digits, taken from a whole number because
-- cutting a million texts into letters costs seconds and dividing does not.
CREATE OR REPLACE MACRO id_number(body) AS
    body::VARCHAR || substr('10X98765432', 1 + (
        body // 10000000000000000 % 10 * 7 + body // 1000000000000000 % 10 * 9
        + body // 100000000000000 % 10 * 10 + body // 10000000000000 % 10 * 5
        + body // 1000000000000 % 10 * 8 + body // 100000000000 % 10 * 4
        + body // 10000000000 % 10 * 2 + body // 1000000000 % 10
        + body // 100000000 % 10 * 6 + body // 10000000 % 10 * 3
        + body // 1000000 % 10 * 7 + body // 100000 % 10 * 9
        + body // 10000 % 10 * 10 + body // 1000 % 10 * 5
        + body // 100 % 10 * 8 + body // 10 % 10 * 4 + body % 10 * 2) % 11, 1);

-- GB 11714: an organisation code of eight characters with its check character.
CREATE OR REPLACE MACRO letter_value(word, place) AS
    strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(word, place, 1)) - 1;
CREATE OR REPLACE MACRO organization_code(word) AS
    word || substr('0X987654321', 1 + (
        letter_value(word, 1) * 3 + letter_value(word, 2) * 7
        + letter_value(word, 3) * 9 + letter_value(word, 4) * 10
        + letter_value(word, 5) * 5 + letter_value(word, 6) * 8
        + letter_value(word, 7) * 4 + letter_value(word, 8) * 2) % 11, 1);

-- GB 32100: 17 characters of an alphabet of 31 and a check character.
CREATE OR REPLACE MACRO credit_letter(n) AS
    substr('0123456789ABCDEFGHJKLMNPQRTUWXY', 1 + (n % 31)::BIGINT, 1);
CREATE OR REPLACE MACRO credit_value(word, place) AS
    strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(word, place, 1)) - 1;
CREATE OR REPLACE MACRO credit_code(word) AS
    word || credit_letter(31 - (
        credit_value(word, 1) * 1 + credit_value(word, 2) * 3
        + credit_value(word, 3) * 9 + credit_value(word, 4) * 27
        + credit_value(word, 5) * 19 + credit_value(word, 6) * 26
        + credit_value(word, 7) * 16 + credit_value(word, 8) * 17
        + credit_value(word, 9) * 20 + credit_value(word, 10) * 29
        + credit_value(word, 11) * 25 + credit_value(word, 12) * 13
        + credit_value(word, 13) * 8 + credit_value(word, 14) * 24
        + credit_value(word, 15) * 10 + credit_value(word, 16) * 30
        + credit_value(word, 17) * 28) % 31);
-- Six letters that differ for every enterprise: a step coprime to 31^6 visits each once.
CREATE OR REPLACE MACRO entity_letters(n) AS
    credit_letter(n // 28629151) || credit_letter(n // 923521)
    || credit_letter(n // 29791) || credit_letter(n // 961)
    || credit_letter(n // 31) || credit_letter(n);

-- ------------------------------------------------------------------------------- places

CREATE OR REPLACE TABLE build.district AS
SELECT * FROM (VALUES
    (0, '990101', '云溪区', 0, 24),
    (1, '990102', '望湖区', 24, 46),
    (2, '990103', '松岭区', 46, 64),
    (3, '990104', '临港区', 64, 78),
    (4, '990121', '清和县', 78, 90),
    (5, '990122', '南屏县', 90, 100)
) AS t(place, division, name, low, high);

CREATE OR REPLACE TABLE build.street AS
SELECT row_number() OVER () - 1 AS place, name
FROM (SELECT unnest([
    '梧桐街', '望云路', '溪山大道', '锦绣街', '听雨巷', '长亭路', '月河街', '青石板街',
    '丹桂路', '芦荻路', '迎春街', '柳浪路', '松涛路', '白鹭街', '文澜路', '兰亭街',
    '鹤鸣路', '清风巷', '晓月街', '渔歌路', '金穗路', '竹影街', '凌霄路', '安澜街'
]) AS name);

CREATE OR REPLACE TABLE lake."ref.division" AS
SELECT code, name, name_en, level::BIGINT AS level, parent
FROM (VALUES
    ('990000', '东海省', 'Donghai Province', 1, NULL),
    ('990100', '云州市', 'Yunzhou City', 2, '990000'),
    ('990101', '云溪区', 'Yunxi District', 3, '990100'),
    ('990102', '望湖区', 'Wanghu District', 3, '990100'),
    ('990103', '松岭区', 'Songling District', 3, '990100'),
    ('990104', '临港区', 'Lingang District', 3, '990100'),
    ('990121', '清和县', 'Qinghe County', 3, '990100'),
    ('990122', '南屏县', 'Nanping County', 3, '990100')
) AS t(code, name, name_en, level, parent);

CREATE OR REPLACE TABLE dropped."urban.sign_street" AS
SELECT division, street, max_area::DECIMAL(10, 2) AS max_area, lighting, remark
FROM (VALUES
    ('990101', '听雨巷', 1.5, false, '历史街巷，招牌用木质或仿木材料，不得亮化'),
    ('990101', '青石板街', 2.0, false, '历史街巷，招牌不得高于檐口'),
    ('990101', '溪山大道', 8.0, true, '主干道，招牌上下沿与相邻店面对齐'),
    ('990102', '月河街', 3.0, true, '滨水街路，使用暖色灯光'),
    ('990102', '晓月街', 3.0, true, '夜市街路，22时后降低亮度'),
    ('990103', '清风巷', 2.0, false, '校区周边，不设闪烁灯光'),
    ('990104', '渔歌路', 6.0, true, '港区主路，招牌须抗风加固')
) AS t(division, street, max_area, lighting, remark);

-- -------------------------------------------------------------------------------- names

-- The commonest surnames with their shares of a thousand, rounded; the rest fill up.
CREATE OR REPLACE TABLE build.surname AS
WITH share AS (
    SELECT * FROM (VALUES
        ('王', 72), ('李', 71), ('张', 67), ('刘', 53), ('陈', 46), ('杨', 31), ('黄', 22),
        ('赵', 21), ('吴', 20), ('周', 19), ('徐', 15), ('孙', 15), ('马', 13), ('朱', 13),
        ('胡', 13), ('郭', 12), ('何', 12), ('林', 12), ('高', 11), ('罗', 11), ('郑', 10),
        ('梁', 9), ('谢', 8), ('宋', 8), ('唐', 8), ('许', 7), ('邓', 7), ('冯', 7),
        ('韩', 7), ('曹', 7), ('曾', 6), ('彭', 6), ('萧', 6), ('蔡', 6), ('潘', 6),
        ('田', 6), ('董', 6), ('袁', 6), ('于', 6), ('余', 5), ('叶', 5), ('蒋', 5),
        ('杜', 5), ('苏', 5), ('魏', 5), ('程', 5), ('吕', 5), ('丁', 5), ('沈', 5),
        ('任', 5), ('姚', 5), ('卢', 5), ('傅', 4), ('钟', 4), ('姜', 4), ('崔', 4),
        ('谭', 4), ('廖', 4), ('范', 4), ('汪', 4), ('陆', 4), ('金', 4), ('石', 4),
        ('戴', 4), ('贾', 4), ('韦', 4), ('夏', 4), ('邱', 4), ('方', 4), ('侯', 4),
        ('邹', 3), ('熊', 3), ('孟', 3), ('秦', 3), ('白', 3), ('江', 3), ('阎', 3),
        ('薛', 3), ('尹', 3), ('段', 3), ('雷', 3), ('黎', 3), ('史', 3), ('龙', 3),
        ('陶', 3), ('贺', 3), ('顾', 3), ('毛', 3), ('郝', 3), ('龚', 3), ('邵', 3),
        ('万', 3), ('钱', 3), ('严', 3), ('覃', 3), ('武', 3), ('戚', 2), ('莫', 2),
        ('孔', 2), ('欧阳', 1), ('司徒', 1), ('诸葛', 1)
    ) AS t(surname, weight)
), slots AS (
    SELECT surname, unnest(range(weight)) AS copy FROM share
)
SELECT row_number() OVER (ORDER BY surname, copy) - 1 AS slot, surname FROM slots;
SET VARIABLE surname_slots = (SELECT count(*) FROM build.surname);

-- The two people of the cast: alone in the first and the seventh household, with numbers
-- whose serials (9xx) the general numbering never reaches.
CREATE OR REPLACE TABLE build.cast AS
SELECT * FROM (VALUES
    (0, 'founder', '林晚', '2', DATE '1990-03-07', 0, '990101199003079423', '15400000001'),
    (15, 'second-founder', '周启明', '1', DATE '1978-11-21', 1, '990102197811219356', '15400000002')
) AS t(n, role, name, sex, birth_date, place, id_number, mobile);
