package storetest

import (
	"fmt"
	"reflect"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// Full makes a notice in which every field of the domain has a value, all of them different: what an engine forgets to keep
// shows at once, also of fields that are added later.
func Full(id string) *notice.Notice {
	n := &notice.Notice{}
	count := 0
	fill(reflect.ValueOf(n).Elem(), &count)
	n.ID = id
	return n
}

// fill gives a value to everything below v, lists and maps two entries each.
func fill(v reflect.Value, count *int) {
	*count++
	switch v.Interface().(type) {
	case notice.Date:
		v.Set(reflect.ValueOf(notice.Date{Year: 2020 + *count%9, Month: time.Month(1 + *count%12), Day: 1 + *count%28}))
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2024, 1, *count, 1, 2, 3, 0, time.UTC)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("Texte n°%d, «déjà» reçu", *count))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*count))
	case reflect.Float64:
		v.SetFloat(float64(*count) + 0.1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), count)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), count)
		fill(v.Index(1), count)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(key, count)
			fill(value, count)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), count)
		}
	default:
		panic("storetest: no example for " + v.Type().String())
	}
}

// Bare makes a notice with an id, a hash and nothing else.
func Bare(id string) *notice.Notice {
	return &notice.Notice{ID: id, Source: notice.Source{SHA256: fmt.Sprintf("%x", id), Reader: 1}}
}

// Titled makes a notice with an id, a title and the hash that goes with it.
func Titled(id, title string) *notice.Notice {
	n := Bare(id)
	n.Title = title
	n.Source.SHA256 = fmt.Sprintf("%x", title)
	return n
}
