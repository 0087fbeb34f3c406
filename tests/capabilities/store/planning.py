"""What the small pack declares beside, for uses of everyone's data."""

DECLARED = {
    "purposes.yaml": """
- purpose: planning
  title: {zh: 人口规划, en: Planning}
  scope: population
  basis: 《政务数据共享条例》第十九条
  items: [population.person.name, population.person.alive]
- purpose: holders
  title: {zh: 持证人, en: Licence holders}
  scope: population
  basis: 《政务数据共享条例》第十九条
  items: [population.person.name, market.licence.holder_id]
""",
    "grants.yaml": """
- grant: planning.person
  organization: market-regulation
  purpose: planning
  dataset: population.person
  items: [name, alive]
  reveal: [name]
  scope: population
  basis: 《政务数据共享条例》第十五条
  since: 2025-08-01
- grant: holders.person
  organization: market-regulation
  purpose: holders
  dataset: population.person
  items: [name]
  filter: id_number IN (SELECT holder_id FROM market.licence)
  scope: population
  basis: 《政务数据共享条例》第十五条
  since: 2025-08-01
- grant: holders.licence
  organization: market-regulation
  purpose: holders
  dataset: market.licence
  items: [holder_id]
  reveal: [holder_id]
  scope: population
  basis: 《政务数据共享条例》第十五条
  since: 2025-08-01
""",
}
