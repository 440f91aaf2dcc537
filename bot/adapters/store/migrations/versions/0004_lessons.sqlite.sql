-- Lessons that people have passed, for SQLite. Statements end with a semicolon and an empty line.

CREATE TABLE passed_lessons (
    person VARCHAR(64) NOT NULL,
    lesson VARCHAR(64) NOT NULL,
    version VARCHAR(64) NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT pk_passed_lessons PRIMARY KEY (person, lesson),
    CONSTRAINT fk_passed_lessons_person FOREIGN KEY(person) REFERENCES persons (id)
);
