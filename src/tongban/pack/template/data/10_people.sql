-- How the rows of a practice town are made: DuckDB SQL, the same at every run.
-- The schema is the department's database that the dataset's source names.

CREATE TABLE police.person (
    id_number VARCHAR,
    name VARCHAR,
    birth_date DATE
);

INSERT INTO police.person VALUES ('990190200003150027', '安然', DATE '2000-03-15');
