//! What can be searched by. The parser and the CapabilityStatement read the same tables.

use crate::directory::kind::Kind;

/// A search parameter of one kind of resource.
#[derive(Debug)]
pub struct Definition {
    pub name: &'static str,
    /// Id of its SearchParameter at `http://hl7.org/fhir/SearchParameter/`.
    pub definition: &'static str,
    pub of: Of,
    pub documentation: &'static str,
}

/// What a parameter looks at.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Id,
    Changed,
    /// What is not active is kept as a code, because it is rare.
    Active(Param),
    Token(Param),
    /// A reference to this kind; what of its target can be searched through it.
    Reference(Param, Kind, Option<Via>),
    Text(Field),
}

/// Tokens and references as `codes.param` has them, within a kind in the order of how few share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Param {
    OrganizationIdentifier = 1,
    PartOf = 2,
    OrganizationInactive = 3,
    OrganizationType = 4,
    PractitionerIdentifier = 11,
    PractitionerInactive = 12,
    RoleIdentifier = 21,
    Practitioner = 22,
    RoleInactive = 23,
    Organization = 24,
    Specialty = 25,
    Role = 26,
}

impl Param {
    pub fn number(self) -> i16 {
        self as i16
    }
}

/// Texts that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Name,
    Family,
    Given,
    City,
}

/// The resource whose text is looked at: the one that is searched, or one that it refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    Itself,
    Practitioner,
    Organization,
}

const ID: Definition = Definition {
    name: "_id",
    definition: "Resource-id",
    of: Of::Id,
    documentation: "Ids separated by commas are alternatives.",
};
const LAST_UPDATED: Definition = Definition {
    name: "_lastUpdated",
    definition: "Resource-lastUpdated",
    of: Of::Changed,
    documentation: "With the prefixes eq, ne, gt, ge, lt, le, sa and eb. A date without a time is a day of UTC.",
};

const ORGANIZATION: &[Definition] = &[
    ID,
    LAST_UPDATED,
    Definition {
        name: "name",
        definition: "Organization-name",
        of: Of::Text(Field::Name),
        documentation: "Begins the name, an alias or the name in Latin letters, without regard to case and diacritics; \
                        :contains and :exact. Without a session only name:contains with _count: a search for people, \
                        which also knows pinyin, initials and the city and brings the best match first.",
    },
    Definition {
        name: "address-city",
        definition: "Organization-address-city",
        of: Of::Text(Field::City),
        documentation: "The city in Han or Latin letters; :contains and :exact.",
    },
    Definition {
        name: "identifier",
        definition: "Organization-identifier",
        of: Of::Token(Param::OrganizationIdentifier),
        documentation: "system|value, |value, value or system|.",
    },
    Definition {
        name: "type",
        definition: "Organization-type",
        of: Of::Token(Param::OrganizationType),
        documentation: "system|code, |code, code or system|.",
    },
    Definition {
        name: "active",
        definition: "Organization-active",
        of: Of::Active(Param::OrganizationInactive),
        documentation: "true or false.",
    },
    Definition {
        name: "partof",
        definition: "Organization-partof",
        of: Of::Reference(Param::PartOf, Kind::Organization, None),
        documentation: "The hospital whose departments are looked for.",
    },
];

const PRACTITIONER: &[Definition] = &[
    ID,
    LAST_UPDATED,
    Definition {
        name: "name",
        definition: "Practitioner-name",
        of: Of::Text(Field::Name),
        documentation: "Begins the whole name, the family name or a given name, in Han or Latin letters, without regard \
                        to case and diacritics; :contains and :exact.",
    },
    Definition {
        name: "family",
        definition: "individual-family",
        of: Of::Text(Field::Family),
        documentation: "As name; :contains and :exact.",
    },
    Definition {
        name: "given",
        definition: "individual-given",
        of: Of::Text(Field::Given),
        documentation: "As name; :contains and :exact.",
    },
    Definition {
        name: "identifier",
        definition: "Practitioner-identifier",
        of: Of::Token(Param::PractitionerIdentifier),
        documentation: "system|value, |value, value or system|. Licence numbers are not in the directory.",
    },
    Definition {
        name: "active",
        definition: "Practitioner-active",
        of: Of::Active(Param::PractitionerInactive),
        documentation: "true or false.",
    },
];

const PRACTITIONER_ROLE: &[Definition] = &[
    ID,
    LAST_UPDATED,
    Definition {
        name: "practitioner",
        definition: "PractitionerRole-practitioner",
        of: Of::Reference(Param::Practitioner, Kind::Practitioner, Some(Via::Practitioner)),
        documentation: "Chains: practitioner.name, practitioner.family, practitioner.given.",
    },
    Definition {
        name: "organization",
        definition: "PractitionerRole-organization",
        of: Of::Reference(Param::Organization, Kind::Organization, Some(Via::Organization)),
        documentation: "Chains: organization.name, organization.address-city.",
    },
    Definition {
        name: "specialty",
        definition: "PractitionerRole-specialty",
        of: Of::Token(Param::Specialty),
        documentation: "The department: system|code, |code, code or system|.",
    },
    Definition {
        name: "role",
        definition: "PractitionerRole-role",
        of: Of::Token(Param::Role),
        documentation: "The title: system|code, |code, code or system|.",
    },
    Definition {
        name: "identifier",
        definition: "PractitionerRole-identifier",
        of: Of::Token(Param::RoleIdentifier),
        documentation: "system|value, |value, value or system|.",
    },
    Definition {
        name: "active",
        definition: "PractitionerRole-active",
        of: Of::Active(Param::RoleInactive),
        documentation: "true or false.",
    },
];

/// The search parameters of a kind.
pub fn of(kind: Kind) -> &'static [Definition] {
    match kind {
        Kind::Organization => ORGANIZATION,
        Kind::Practitioner => PRACTITIONER,
        Kind::PractitionerRole => PRACTITIONER_ROLE,
    }
}

impl Of {
    /// Type of the value set search-param-type.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Id | Self::Active(_) | Self::Token(_) => "token",
            Self::Changed => "date",
            Self::Reference(..) => "reference",
            Self::Text(_) => "string",
        }
    }
}

/// What may come along with the matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Include {
    /// The practitioners of the roles found.
    Practitioner,
    /// The organisations of the roles found.
    Organization,
    /// The roles of the practitioners found.
    Roles,
}

/// Values of `_include` for a kind.
pub fn includes(kind: Kind) -> &'static [(&'static str, Include)] {
    match kind {
        Kind::PractitionerRole => &[
            ("PractitionerRole:practitioner", Include::Practitioner),
            ("PractitionerRole:organization", Include::Organization),
        ],
        Kind::Organization | Kind::Practitioner => &[],
    }
}

/// Values of `_revinclude` for a kind.
pub fn rev_includes(kind: Kind) -> &'static [(&'static str, Include)] {
    match kind {
        Kind::Practitioner => &[("PractitionerRole:practitioner", Include::Roles)],
        Kind::Organization | Kind::PractitionerRole => &[],
    }
}

/// In which order matches come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// In which they came to the directory.
    Key,
    Id,
    Changed,
    Name,
}

/// Values of `_sort` for a kind; each also with a minus before it.
pub fn sorts(kind: Kind) -> &'static [(&'static str, Order)] {
    match kind {
        Kind::Organization => &[("_id", Order::Id), ("_lastUpdated", Order::Changed), ("name", Order::Name)],
        Kind::Practitioner => {
            &[("_id", Order::Id), ("_lastUpdated", Order::Changed), ("name", Order::Name), ("family", Order::Name)]
        }
        Kind::PractitionerRole => &[("_id", Order::Id), ("_lastUpdated", Order::Changed)],
    }
}
