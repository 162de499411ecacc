//! Every dictionary of a file, whatever refers to it: what is not reachable from a page is still
//! sent.

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Array, Dict, MaybeRef, Object, Stream};

/// Dictionaries and arrays that stand in each other without a reference.
const MOST_NESTED: u32 = 24;

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    More,
    Enough,
}

/// Visits each dictionary once, in the order of the file; that of a stream with the stream.
pub(super) fn visit<'a>(
    pdf: &'a Pdf,
    visitor: &mut dyn FnMut(&Dict<'a>, Option<&Stream<'a>>) -> Next,
) {
    for object in pdf.objects() {
        if nested(object, 0, visitor) == Next::Enough {
            return;
        }
    }
}

fn nested<'a>(
    object: Object<'a>,
    depth: u32,
    visitor: &mut dyn FnMut(&Dict<'a>, Option<&Stream<'a>>) -> Next,
) -> Next {
    match object {
        Object::Stream(stream) => {
            if visitor(stream.dict(), Some(&stream)) == Next::Enough {
                return Next::Enough;
            }
            inside_dictionary(stream.dict(), depth, visitor)
        }
        Object::Dict(dictionary) => {
            if visitor(&dictionary, None) == Next::Enough {
                return Next::Enough;
            }
            inside_dictionary(&dictionary, depth, visitor)
        }
        Object::Array(array) => inside_array(&array, depth, visitor),
        _ => Next::More,
    }
}

fn inside_dictionary<'a>(
    dictionary: &Dict<'a>,
    depth: u32,
    visitor: &mut dyn FnMut(&Dict<'a>, Option<&Stream<'a>>) -> Next,
) -> Next {
    if depth >= MOST_NESTED {
        return Next::More;
    }
    for key in dictionary.keys() {
        if let Some(MaybeRef::NotRef(object)) = dictionary.get_raw::<Object<'_>>(key)
            && nested(object, depth + 1, visitor) == Next::Enough
        {
            return Next::Enough;
        }
    }
    Next::More
}

fn inside_array<'a>(
    array: &Array<'a>,
    depth: u32,
    visitor: &mut dyn FnMut(&Dict<'a>, Option<&Stream<'a>>) -> Next,
) -> Next {
    // Most arrays are numbers, and long.
    if depth >= MOST_NESTED || !array.data().iter().any(|&byte| byte == b'<' || byte == b'[') {
        return Next::More;
    }
    for object in array.raw_iter() {
        if let MaybeRef::NotRef(object) = object
            && nested(object, depth + 1, visitor) == Next::Enough
        {
            return Next::Enough;
        }
    }
    Next::More
}
