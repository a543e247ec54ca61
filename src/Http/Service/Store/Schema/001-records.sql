-- Everything that the service keeps: jobs of all kinds, models, endpoints. {text} is the type of texts that are compared byte by byte.
CREATE TABLE service_records (
    kind {text} NOT NULL,
    name {text} NOT NULL,
    status {text} NOT NULL,
    detail {text} NOT NULL,
    parent {text},
    priority BIGINT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    ended BIGINT,
    version BIGINT NOT NULL,
    owner {text},
    lease BIGINT,
    document {text} NOT NULL,
    PRIMARY KEY (kind, name)
);

-- Lists are sorted by one of these, and by name where it is the same.
CREATE INDEX service_records_created ON service_records (kind, created, name);
CREATE INDEX service_records_status ON service_records (kind, status, name);
CREATE INDEX service_records_parent ON service_records (kind, parent, created) WHERE parent IS NOT NULL;

-- The queue: what is not at its end.
CREATE INDEX service_records_open ON service_records (kind, priority DESC, created, name) WHERE ended IS NULL;

CREATE TABLE service_tags (
    arn {text} NOT NULL,
    tag {text} NOT NULL,
    content {text} NOT NULL,
    PRIMARY KEY (arn, tag)
);

-- Signatures of calls that changed something, until they are too old to be taken again.
CREATE TABLE service_signatures (
    signature {text} NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);
CREATE INDEX service_signatures_expires ON service_signatures (expires);
