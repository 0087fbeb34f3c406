"""Every name that a call may be written with, and how many values stand behind it.

SQLGlot reads several names as one node, some as a node of another meaning, and
drops what a node has no place for. So a call is judged by its words, before they
become nodes: a name in no row here is refused by that very name.
"""

from collections.abc import Mapping
from types import MappingProxyType


# How many values, least and most, to names; None for any number of them. AS, IN and
# a FROM behind a unit of time or the sides of a text part no values: only commas do.
_ARITIES: Mapping[tuple[int, int | None], str] = MappingProxyType(
    {
        (0, 0): """
            pi row_number rank dense_rank percent_rank cume_dist""",
        (1, 1): """
            cast try_cast try extract position
            abs sign floor ceil ceiling sqrt cbrt exp ln log10 sin cos tan asin acos
            atan degrees radians isnan isinf
            length len char_length character_length lower lcase upper ucase reverse
            ascii unicode chr strip_accents nfc_normalize
            year quarter month week weekofyear day dayofweek isodow dayofyear hour
            minute second dayname monthname last_day epoch isoyear
            json_keys json_type json_valid
            array_length list_min list_max list_sort list_reverse_sort array_sort
            array_reverse_sort list_distinct array_distinct list_avg list_sum
            list_reverse list_unique unnest
            count count_if countif sum avg min max median mode percentile_cont
            percentile_disc stddev stddev_samp stddev_pop variance var_samp var_pop
            skewness kurtosis bool_and bool_or approx_count_distinct
            ntile first_value last_value is_valid_id_number is_valid_uscc""",
        (1, 2): """
            round trunc log trim ltrim rtrim json_array_length string_agg group_concat
            listagg""",
        (1, 3): "lag lead",
        (1, None): """
            coalesce greatest least concat grouping grouping_id list_concat
            array_concat array_cat""",
        (0, None): "list_value",
        (2, 2): """
            ifnull nullif pow power atan2 mod
            left right strpos instr starts_with ends_with contains levenshtein
            editdist3 jaro_similarity jaro_winkler_similarity damerau_levenshtein
            date_add date_part date_trunc datetrunc strftime strptime try_strptime
            age months_between
            json_extract json_extract_path json_extract_string json_extract_path_text
            json_contains json_exists
            list_contains list_has array_contains array_has list_has_any list_has_all
            list_intersect list_append array_append list_prepend
            list_extract list_position array_to_string
            string_split str_split split string_to_array
            arg_min argmin min_by arg_max argmax max_by
            quantile quantile_cont quantile_disc corr covar_samp covar_pop
            regr_slope regr_intercept regr_r2 regr_count nth_value""",
        (2, 3): "substring substr regexp_matches regexp_full_match regexp_extract "
        "regexp_extract_all",
        (2, None): "concat_ws",
        (3, 3): """
            if lpad rpad replace translate split_part make_date date_diff datediff
            date_sub""",
        (3, 4): "regexp_replace",
        (6, 6): "make_timestamp",
    }
)
CALLS: Mapping[str, tuple[int, int | None]] = MappingProxyType(
    {name: count for count, names in _ARITIES.items() for name in names.split()}
)


def values(name: str) -> str:
    """How many values a call by ``name`` takes, in words."""
    least, most = CALLS[name]
    if most is None:
        return f"{least} or more values"
    if least == most:
        return f"{least or 'no'} value{'s' * (least != 1)}"
    return f"{least} to {most} values"
