use crate::Plugin;
use crate::exports::hatchway::conformance::echo::{Colour, Grid, Guest, Mixed, Permission, Point, Shape};

type Many = (u8, u16, u32, u64, f32, f64, bool, char, String, Vec<u8>, Option<u8>, Point, Colour);

impl Guest for Plugin {
    fn echo_bool(value: bool) -> bool {
        value
    }
    fn echo_u8(value: u8) -> u8 {
        value
    }
    fn echo_s8(value: i8) -> i8 {
        value
    }
    fn echo_u16(value: u16) -> u16 {
        value
    }
    fn echo_s16(value: i16) -> i16 {
        value
    }
    fn echo_u32(value: u32) -> u32 {
        value
    }
    fn echo_s32(value: i32) -> i32 {
        value
    }
    fn echo_u64(value: u64) -> u64 {
        value
    }
    fn echo_s64(value: i64) -> i64 {
        value
    }
    fn echo_f32(value: f32) -> f32 {
        value
    }
    fn echo_f64(value: f64) -> f64 {
        value
    }
    fn echo_char(value: char) -> char {
        value
    }
    fn echo_string(value: String) -> String {
        value
    }
    fn echo_colour(value: Colour) -> Colour {
        value
    }
    fn echo_permission(value: Permission) -> Permission {
        value
    }
    fn echo_point(value: Point) -> Point {
        value
    }
    fn echo_mixed(value: Mixed) -> Mixed {
        value
    }
    fn echo_shape(value: Shape) -> Shape {
        value
    }
    fn echo_tuple(value: (u8, String, f64)) -> (u8, String, f64) {
        value
    }
    fn echo_bytes(value: Vec<u8>) -> Vec<u8> {
        value
    }
    fn echo_floats(value: Vec<f64>) -> Vec<f64> {
        value
    }
    fn echo_longs(value: Vec<u64>) -> Vec<u64> {
        value
    }
    fn echo_strings(value: Vec<String>) -> Vec<String> {
        value
    }
    fn echo_mixeds(value: Vec<Mixed>) -> Vec<Mixed> {
        value
    }
    fn echo_grid(value: Grid) -> Grid {
        value
    }
    fn echo_option(value: Option<String>) -> Option<String> {
        value
    }
    fn echo_option_u32(value: Option<u32>) -> Option<u32> {
        value
    }
    fn echo_nested_option(value: Option<Option<u32>>) -> Option<Option<u32>> {
        value
    }
    fn echo_result(value: (Result<u32, String>, bool)) -> (Result<u32, String>, bool) {
        value
    }
    fn echo_many(
        a: u8,
        b: u16,
        c: u32,
        d: u64,
        e: f32,
        f: f64,
        g: bool,
        h: char,
        i: String,
        j: Vec<u8>,
        k: Option<u8>,
        l: Point,
        m: Colour,
    ) -> Many {
        (a, b, c, d, e, f, g, h, i, j, k, l, m)
    }
}
