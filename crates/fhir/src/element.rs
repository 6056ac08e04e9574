//! Declares FHIR structures: every element optional or a list, absent ones unwritten, unknown ones kept.

/// Whether an element is to be left out of the JSON. FHIR forbids empty arrays and nulls (R4, 2.6.2).
pub(crate) trait Absent {
    fn absent(&self) -> bool;
}

impl<T> Absent for Option<T> {
    fn absent(&self) -> bool {
        self.is_none()
    }
}

impl<T> Absent for Vec<T> {
    fn absent(&self) -> bool {
        self.is_empty()
    }
}

/// A required string is written even if it is empty, so that the reader sees the fault.
impl Absent for String {
    fn absent(&self) -> bool {
        false
    }
}

macro_rules! elements {
    ($($(#[$outer:meta])* $name:ident { $($(#[$inner:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$outer])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct $name {
            $(
                $(#[$inner])*
                #[serde(skip_serializing_if = "crate::element::Absent::absent")]
                pub $field: $kind,
            )*
            /// Elements this crate does not know, as they came.
            #[serde(flatten)]
            pub other: serde_json::Map<String, serde_json::Value>,
        }
    )*};
}

pub(crate) use elements;
