"""All rules, in the order in which they are asked."""

from collections.abc import Callable, Iterator, Sequence

from tongban.pack.assemble import Assembly
from tongban.pack.checks import (
    cast,
    catalog,
    items,
    jurisdiction,
    layering,
    numbers,
    once_only,
    purposes,
    references,
    services,
    sources,
    uses,
)
from tongban.pack.checks.uses import Read
from tongban.pack.draft import Draft
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record


HEAD_RULES: tuple[Callable[[Record], Iterator[PackProblem]], ...] = (
    jurisdiction.unknown_language,
    jurisdiction.unknown_crypto,
    jurisdiction.unknown_timezone,
    jurisdiction.holiday_and_workday,
)

RULES: tuple[Callable[[Draft], Iterator[PackProblem]], ...] = (
    references.dangling_reference,
    references.unknown_item,
    catalog.foreign_duty,
    sources.source_without_table,
    sources.source_key_without_interface,
    sources.keyed_without_subject,
    sources.cursor_without_parameter,
    sources.unknown_platform_table,
    sources.unknown_platform_column,
    sources.column_twice,
    catalog.personal_without_grade,
    catalog.grade_below_items,
    catalog.grade_below_element,
    catalog.wrong_decimal,
    catalog.mask_of_nothing,
    catalog.sharing_without_modes,
    catalog.conditional_without_scope,
    catalog.withheld_without_basis,
    numbers.wrong_uscc,
    numbers.wrong_id_number,
    numbers.real_area,
    purposes.population_with_cases,
    purposes.subject_without_cases,
    purposes.privacy_outside_aggregate,
    purposes.privacy_unsound,
    purposes.epsilon_without_budget,
    purposes.bounds_unsound,
    purposes.grant_scope,
    purposes.grant_outside_purpose,
    purposes.reveal_outside_items,
    purposes.quota_of_nothing,
    purposes.grant_on_withheld,
    purposes.date_order,
    services.unknown_post,
    services.unknown_step,
    services.step_cycle,
    services.case_type_twice,
    services.versions_out_of_order,
    services.promise_beyond_law,
    services.read_of_no_field,
    services.unknown_use,
    services.duplicate_name,
    services.prefill_without_purpose,
    services.purpose_not_for_case,
    services.choice_outside_codes,
    items.power_held_by_another,
    items.type_unlike_power,
    items.wrong_item_code,
    items.addition_of_other_type,
    items.licence_beyond_law,
    items.instant_with_days,
    items.visit_without_reason,
    items.no_way_without_visit,
    items.online_with_visits,
    items.result_unlike_name,
    items.material_without_source,
    once_only.field_already_held,
    once_only.paper_is_a_certificate,
    once_only.paper_already_held,
    layering.clock_loosened,
    layering.grade_lowered,
    cast.citizen_without_number,
    cast.official_without_organization,
    cast.reserved_account,
)

# Asked of a draft without other problems, once its SQL was read.
USE_RULES: tuple[
    Callable[[Draft, Assembly, Sequence[Read]], Iterator[PackProblem]], ...
] = (
    uses.purpose_too_wide,
    uses.purpose_too_narrow,
    uses.use_without_grant,
    uses.filter_too_deep,
    uses.use_without_subject,
    uses.rule_over_mask,
)
