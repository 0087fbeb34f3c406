-- Enterprises and individual businesses, their licences and what hangs on them.

-- What enterprises do, with shares of a hundred; catering is what this city likes best.
CREATE OR REPLACE TABLE build.trade AS
SELECT * FROM (VALUES
    (0, 12, '5213', '便利店', '日用百货、预包装食品零售'),
    (12, 20, '5211', '百货', '日用百货零售'),
    (20, 25, '5212', '超市', '食品、日用百货零售'),
    (25, 30, '5274', '通讯', '通信设备零售'),
    (30, 34, '5283', '家具', '家具零售'),
    (34, 40, '5292', '电子商务', '互联网销售'),
    (40, 45, '5431', '货运', '普通货物道路运输'),
    (45, 49, '5437', '配送', '城市配送服务'),
    (49, 54, '6020', '快递', '快递服务'),
    (54, 57, '6121', '连锁酒店', '住宿服务'),
    (57, 60, '6130', '民宿', '民宿服务'),
    (60, 68, '6210', '餐馆', '餐饮服务'),
    (68, 72, '6220', '快餐', '餐饮服务'),
    (72, 73, '6231', '茶馆', '茶馆服务'),
    (73, 75, '6232', '咖啡', '咖啡馆服务'),
    (75, 77, '6239', '饮品', '饮料及冷饮服务'),
    (77, 81, '6291', '小吃', '小吃服务'),
    (81, 87, '6513', '软件', '软件开发'),
    (87, 91, '6531', '信息系统', '信息系统集成服务'),
    (91, 97, '8040', '美发', '理发及美容服务'),
    (97, 100, '8060', '摄影', '摄影扩印服务')
) AS t(low, high, industry, word, scope);

CREATE OR REPLACE TABLE build.enterprise AS
WITH drawn AS (
    SELECT
        e,
        -- Representatives are heads of different households, one in twelve runs two.
        least(10, getvariable('homes') - 1)
            + (e - CASE WHEN e > 1 AND draw('second firm', e, 12) = 0 THEN 1 ELSE 0 END)
            * greatest(0, getvariable('homes') - 10) // greatest(1, getvariable('enterprises'))
            AS rep_home,
        -- Shops 0 and 1 are kept for the cast.
        'C' || lpad((e + 2)::VARCHAR, 9, '0') AS unit_code,
        draw('trade', e, 100) AS trade,
        draw('entity type', e, 100) AS sort,
        draw('entity state', e, 1000) AS state,
        draw('entity day', e, 1000000) AS luck,
        (e * 48271 + draw('entity letters', 0, 887503681)) % 887503681 AS serial,
        (e * 40507 + draw('brand', 0, 262144)) % 262144 AS brand
    FROM range(getvariable('enterprises')) AS t(e)
)
SELECT
    x.e, x.unit_code, x.luck,
    credit_code(
        CASE WHEN x.sort < 70 THEN '92' ELSE '91' END || u.division
        || organization_code('MA' || entity_letters(x.serial))
    ) AS uscc,
    CASE WHEN x.e = 0 THEN '云州启明餐饮管理有限公司'
        ELSE '云州市' || d.name
            || pick(b.letters, x.brand // 4096) || pick(b.letters, x.brand // 64) || pick(b.letters, x.brand)
            || t.word || CASE WHEN x.sort < 70 THEN '店' WHEN x.sort < 76 THEN '服务社' ELSE '有限公司' END
    END AS name,
    CASE WHEN x.e = 0 OR x.sort >= 88 THEN '1151' WHEN x.sort < 70 THEN '9500'
        WHEN x.sort < 76 THEN '4540' ELSE '1130' END AS type,
    CASE WHEN x.e = 0 THEN '6210' ELSE t.industry END AS industry,
    CASE WHEN x.e = 0 THEN '餐饮服务' ELSE t.scope END AS scope,
    x.e = 0 OR t.industry BETWEEN '6200' AND '6299' AS catering,
    u.division, u.address, u.street,
    -- e = 0 is the company for whose revocation the second founder answers.
    CASE WHEN x.e = 0 THEN (SELECT id_number FROM build.cast WHERE role = 'second-founder') ELSE a.id_number END AS rep_id,
    CASE WHEN x.e = 0 THEN (SELECT name FROM build.cast WHERE role = 'second-founder') ELSE a.name END AS rep_name,
    CASE WHEN x.e = 0 THEN DATE '2019-05-20'
        -- Newer firms are more: the square of a fraction of twenty years.
        ELSE DATE '2026-10-20' - (power(x.luck / 1000000.0, 2) * 7300)::INTEGER
    END AS established_on,
    CASE WHEN x.e = 0 OR x.state < 18 THEN 'revoked' WHEN x.state < 110 THEN 'cancelled'
        WHEN x.state < 125 THEN 'suspended' ELSE 'active' END AS status
FROM drawn AS x
CROSS JOIN (SELECT '和泰源福兴隆盛昌瑞祥德永安康吉庆丰裕顺达鑫宏金玉宝华光明新春晨曦星海天云山川江河竹松梅兰百味香鲜悦佳美乐优合众诚信正元恒通' AS letters) AS b
JOIN build.unit AS u ON u.unit_code = x.unit_code
JOIN build.district AS d ON d.place = u.place
JOIN build.trade AS t ON x.trade >= t.low AND x.trade < t.high
JOIN build.adult AS a ON a.home = x.rep_home;

CREATE OR REPLACE TABLE market.licence AS
SELECT
    uscc, name, type, industry, scope AS business_scope,
    CASE WHEN type IN ('1130', '1151') THEN (1 + luck % 50) * 10000000 END::BIGINT AS capital,
    division, address, unit_code, rep_id AS legal_rep_id, rep_name AS legal_rep_name,
    established_on, status
FROM build.enterprise;

CREATE OR REPLACE TABLE market.abnormal AS
SELECT
    uscc, name,
    CASE draw('abnormal cause', e, 3)
        WHEN 0 THEN '未按规定公示年度报告'
        WHEN 1 THEN '通过登记的住所无法联系'
        ELSE '公示信息隐瞒真实情况'
    END AS cause,
    DATE '2022-07-01' + draw('abnormal day', e, 1500)::INTEGER AS listed_on,
    CASE WHEN draw('abnormal end', e, 10) < 5
        THEN DATE '2022-07-01' + (draw('abnormal day', e, 1500) + 30)::INTEGER END AS removed_on
FROM build.enterprise
WHERE e > 0 AND status <> 'cancelled' AND draw('abnormal', e, 100) < 6;

CREATE OR REPLACE TABLE market.revocation AS
SELECT
    uscc, name, rep_id AS legal_rep_id,
    e = 0 OR (type IN ('1130', '1151') AND draw('liable', e, 10) < 6) AS personal_liability,
    CASE WHEN e = 0 OR draw('revoked for', e, 2) = 0
        THEN '成立后无正当理由超过六个月未开业或者自行停业' ELSE '提交虚假材料取得登记' END AS cause,
    CASE WHEN e = 0 THEN DATE '2025-06-18'
        ELSE DATE '2021-01-04' + draw('revoked on', e, 2000)::INTEGER END AS revoked_on
FROM build.enterprise
WHERE status = 'revoked';

CREATE OR REPLACE TABLE market.food_permit AS
WITH holder AS (
    SELECT *, greatest(established_on, DATE '2022-01-05' + draw('permit day', e, 1700)::INTEGER) AS issued
    FROM build.enterprise
    WHERE e > 0 AND catering AND status IN ('active', 'suspended', 'cancelled')
        -- A few trade without a permit: supervision has something to find.
        AND draw('permit', e, 100) < 94
)
SELECT
    'JY2' || division || lpad(e::VARCHAR, 7, '0') AS permit_number,
    uscc, rep_id AS operator_id, name,
    CASE industry
        WHEN '6210' THEN '热食类食品制售、冷食类食品制售'
        WHEN '6220' THEN '热食类食品制售'
        WHEN '6291' THEN '热食类食品制售'
        ELSE '自制饮品制售'
    END AS food_items,
    issued AS issued_on,
    (issued + to_years(5))::DATE - 1 AS valid_until,
    CASE WHEN status = 'cancelled' THEN 'cancelled'
        WHEN draw('permit state', e, 100) < 2 THEN 'revoked' ELSE 'valid' END AS status
FROM holder;

CREATE OR REPLACE TABLE lake."market.name_register" AS
SELECT
    name,
    CASE WHEN status = 'cancelled' THEN 'cancelled' ELSE 'registered' END AS status,
    division,
    CASE WHEN status = 'cancelled'
        THEN least(established_on + 200 + draw('name end', e, 1500)::INTEGER, DATE '2026-10-30')
        ELSE established_on END AS changed_on
FROM build.enterprise
UNION ALL
SELECT '云州市' || d.name || '晚来香小馆', 'reserved', d.division, DATE '2026-10-12'
FROM build.district AS d;

-- ---------------------------------------------------------------------------------- tax

CREATE OR REPLACE TABLE tax.registration AS
SELECT
    uscc, name, rep_id AS legal_rep_id,
    CASE WHEN type <> '9500' AND draw('payer', e, 100) < 35 THEN 'general' ELSE 'small' END AS payer_kind,
    least(established_on + draw('tax day', e, 30)::INTEGER, build_day() - 1) AS registered_on,
    status
FROM build.enterprise;

CREATE OR REPLACE TABLE tax.arrears AS
SELECT
    'YZS' || lpad(e::VARCHAR, 8, '0') AS notice_number,
    uscc, rep_id AS legal_rep_id,
    CASE draw('tax kind', e, 4) WHEN 0 THEN 'enterprise-income' WHEN 1 THEN 'personal-income' ELSE 'vat' END AS tax_kind,
    (10000 + draw('tax owed', e, 5000000))::BIGINT AS amount,
    DATE '2024-01-15' + draw('tax due', e, 950)::INTEGER AS due_on,
    CASE WHEN draw('tax cleared', e, 10) < 6
        THEN DATE '2024-01-15' + (draw('tax due', e, 950) + 20)::INTEGER END AS cleared_on
FROM build.enterprise
WHERE e > 0 AND draw('arrears', e, 100) < 3;

-- -------------------------------------------------------------------- signs, fire safety

CREATE OR REPLACE TABLE urban.signboard AS
WITH permitted AS (
    SELECT *, greatest(established_on, DATE '2024-02-01' + draw('sign day', e, 950)::INTEGER) AS issued
    FROM build.enterprise
    WHERE e > 0 AND status IN ('active', 'suspended') AND draw('sign', e, 100) < 62
)
SELECT
    'ZP' || division || lpad(e::VARCHAR, 7, '0') AS permit_number,
    uscc, name AS sign_text,
    (0.8 + draw('sign area', e, 60) / 10)::DECIMAL(10, 2) AS sign_area,
    address, street, issued AS issued_on,
    (issued + to_years(2))::DATE - 1 AS valid_until,
    CASE WHEN (issued + to_years(2))::DATE - 1 < build_day() THEN 'expired' ELSE 'valid' END AS status
FROM permitted;

CREATE OR REPLACE TABLE fire.inspection AS
SELECT
    'XF' || division || lpad(e::VARCHAR, 7, '0') AS inspection_number,
    uscc, unit_code, address,
    CASE WHEN draw('fire result', e, 100) < 88 THEN 'passed'
        WHEN draw('fire result', e, 100) < 98 THEN 'rectify' ELSE 'failed' END AS result,
    DATE '2023-03-01' + draw('fire day', e, 1330)::INTEGER AS inspected_on
FROM build.enterprise
WHERE e > 0 AND status = 'active' AND (catering OR draw('fire', e, 10) = 0);
